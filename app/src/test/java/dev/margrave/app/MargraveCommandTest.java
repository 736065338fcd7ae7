package dev.margrave.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MargraveCommandTest {

  @Test
  void helpNamesEveryCommandAndShowsExamples() {
    Cli.Said said = Cli.plain().run("--help");
    assertEquals(ExitCode.DONE, said.exitCode());
    for (String command :
        List.of(
            "quickstart",
            "run",
            "submit",
            "list",
            "status",
            "watch",
            "pause",
            "resume",
            "cancel",
            "retry",
            "extend",
            "report",
            "verify",
            "certify",
            "data",
            "margrave run config")) {
      assertTrue(said.out().contains(command), command);
    }
    assertEquals("", said.err());
    assertTrue(said.out().lines().allMatch(line -> line.length() <= 100), said.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "run",
        "submit",
        "list",
        "status",
        "watch",
        "pause",
        "resume",
        "cancel",
        "retry",
        "extend",
        "report",
        "verify",
        "certify",
        "data",
        "data list",
        "data fetch",
        "data check"
      })
  void everyCommandHasHelp(String command) {
    Cli.Said said = Cli.plain().run((Object[]) (command + " --help").split(" "));
    assertEquals(ExitCode.DONE, said.exitCode());
    assertTrue(said.out().contains("Usage: margrave " + command), said.out());
    assertTrue(said.out().contains("--data-dir"), said.out());
  }

  @Test
  void theVersionComesFromTheBuild() {
    Cli.Said said = Cli.plain().run("--version");
    assertEquals(ExitCode.DONE, said.exitCode());
    assertTrue(said.out().matches("(?s)margrave \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R.*"), said.out());
  }

  @Test
  void noCommandIsBadInput() {
    Cli.Said said = Cli.plain().run();
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals(
        "margrave: no command was given\nSee 'margrave --help'.\n", said.err().replace("\r", ""));
  }

  @Test
  void aMistypedCommandIsRefusedWithASuggestion() {
    Cli.Said said = Cli.plain().run("certfy");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(said.err().contains("'certfy'"), said.err());
    assertTrue(said.err().contains("certify"), said.err());
  }

  @Test
  void aMistypedOptionIsRefused() {
    Cli.Said said = Cli.plain().run("certify", "--teachr", "x");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals(
        """
        margrave: unknown option '--teachr'; did you mean '--teacher'?
        See 'margrave certify --help'.
        """,
        said.err());
  }
}
