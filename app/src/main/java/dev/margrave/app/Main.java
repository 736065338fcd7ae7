package dev.margrave.app;

import picocli.CommandLine;

/** Where the process starts. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess(System.getenv());
    System.setOut(LoggedOutput.stream());
    int exitCode = run(MargraveCommand.commandLine(console), console, arguments);
    console.out().flush();
    console.err().flush();
    System.exit(exitCode);
  }

  /** Runs a command; whatever it throws becomes a sentence and an exit code. */
  static int run(CommandLine line, Console console, String... arguments) {
    try {
      return line.execute(arguments);
    } catch (Throwable e) {
      return Errors.onError(e, console, arguments);
    }
  }
}
