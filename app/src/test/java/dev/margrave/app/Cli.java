package dev.margrave.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line, run in this process, with what it said. */
public final class Cli {
  private final List<String> leading = new ArrayList<>();

  /** With {@code --data-dir} before every command. */
  public static Cli in(Path dataDirectory) {
    Cli cli = new Cli();
    cli.leading.add("--data-dir=" + dataDirectory);
    return cli;
  }

  /** With nothing added. */
  public static Cli plain() {
    return new Cli();
  }

  /** What a command left. */
  public record Said(int exitCode, String out, String err) {}

  /** Runs a command; its streams are no terminal. */
  public Said run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false);
    List<String> words = new ArrayList<>(leading);
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    int exitCode = MargraveCommand.commandLine(console).execute(words.toArray(String[]::new));
    return new Said(exitCode, out.toString(), err.toString());
  }
}
