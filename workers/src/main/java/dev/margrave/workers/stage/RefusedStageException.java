package dev.margrave.workers.stage;

/** A stage that cannot be run as its spec asks; its message is for the user. */
public final class RefusedStageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedStageException(String message, Throwable cause) {
    super(message, cause);
  }
}
