package dev.margrave.app.verify;

/** A run's folder does not hold what the run left. */
final class MismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MismatchException(String message) {
    super(message);
  }

  MismatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
