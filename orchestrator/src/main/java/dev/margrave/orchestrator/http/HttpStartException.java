package dev.margrave.orchestrator.http;

/** The interface could not be opened; the message is one sentence with the mend. */
public final class HttpStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HttpStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
