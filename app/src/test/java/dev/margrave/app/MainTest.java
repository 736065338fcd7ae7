package dev.margrave.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Errors that no command catches. */
class MainTest {
  private final StringWriter err = new StringWriter();

  @Command(name = "thrower")
  private static final class Thrower implements Runnable {
    private final Error error;

    @Option(names = "--verbose")
    @SuppressWarnings("UnusedVariable")
    private boolean verbose;

    Thrower(Error error) {
      this.error = error;
    }

    @Override
    public void run() {
      throw error;
    }
  }

  private int run(Error error, String... arguments) {
    PrintWriter out = new PrintWriter(new StringWriter());
    Console console = new Console(out, new PrintWriter(err, true), false, false);
    return Main.run(new CommandLine(new Thrower(error)), console, arguments);
  }

  @Test
  void tooLittleMemoryIsSaidWithTheMend() {
    assertEquals(ExitCode.FAILED, run(new OutOfMemoryError("Java heap space")));
    assertEquals(
        "margrave: the memory did not suffice (Java heap space); give more, as"
            + " MARGRAVE_JAVA_OPTIONS=-Xmx4g, and run the same command again\n"
            + "With --verbose it shows where.\n",
        err.toString().replace("\r", ""));
  }

  @Test
  void aPartThatCannotBeLoadedIsSaidWithTheMend() {
    assertEquals(ExitCode.FAILED, run(new NoClassDefFoundError("org/nd4j/Nd4j")));
    assertTrue(
        err.toString()
            .startsWith(
                "margrave: a part of the program could not be loaded"
                    + " (java.lang.NoClassDefFoundError: org/nd4j/Nd4j); build it anew"),
        err::toString);
    assertFalse(err.toString().contains("\tat "), err::toString);
  }

  @Test
  void verboseShowsWhere() {
    assertEquals(ExitCode.FAILED, run(new StackOverflowError(), "--verbose"));
    assertTrue(
        err.toString().startsWith("margrave: something unforeseen: StackOverflowError"),
        err::toString);
    assertTrue(err.toString().contains("\tat "), err::toString);
  }
}
