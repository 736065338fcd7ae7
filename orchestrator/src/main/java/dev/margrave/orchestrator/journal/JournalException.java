package dev.margrave.orchestrator.journal;

/** The data directory or its journal cannot be used; the message is one sentence with the mend. */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JournalException(String message) {
    super(message);
  }

  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
