package dev.margrave.app;

/** Where the process starts. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess(System.getenv());
    int exitCode = MargraveCommand.commandLine(console).execute(arguments);
    console.out().flush();
    console.err().flush();
    System.exit(exitCode);
  }
}
