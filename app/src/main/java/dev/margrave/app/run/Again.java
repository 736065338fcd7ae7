package dev.margrave.app.run;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The command that goes on with an interrupted run: the one that was given, without --fresh. */
final class Again {
  /** What the user typed, as the launcher tells. */
  private static final String COMMAND = System.getProperty("margrave.command", "margrave");

  private Again() {}

  static String command(CommandSpec spec) {
    List<String> given = spec.root().commandLine().getParseResult().originalArgs();
    List<String> words = new ArrayList<>(List.of(quoted(COMMAND)));
    given.stream().filter(word -> !word.equals("--fresh")).map(Again::quoted).forEach(words::add);
    return String.join(" ", words);
  }

  /** As a shell takes it. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=,@%+~-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
