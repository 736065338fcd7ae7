package dev.margrave.workers.vae;

/** Training diverged; its message is for the user. */
public final class NumericFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NumericFailureException(String message) {
    super(message);
  }
}
