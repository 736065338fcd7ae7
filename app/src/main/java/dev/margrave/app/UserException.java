package dev.margrave.app;

/** Ends a command with one message for the user and an exit code; no stack trace is shown. */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private UserException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Bad input: the message says what, where and the mend. */
  public static UserException badInput(String message) {
    return new UserException(ExitCode.BAD_INPUT, message, null);
  }

  /** Bad input, found out by an exception. */
  public static UserException badInput(String message, Throwable cause) {
    return new UserException(ExitCode.BAD_INPUT, message, cause);
  }

  /** The run failed: the message says why and how to go on. */
  public static UserException failed(String message) {
    return new UserException(ExitCode.FAILED, message, null);
  }

  /** The run failed, found out by an exception. */
  public static UserException failed(String message, Throwable cause) {
    return new UserException(ExitCode.FAILED, message, cause);
  }

  /** One of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
