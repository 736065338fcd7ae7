package dev.margrave.workers.data;

/**
 * Data that cannot be used as asked: not found, damaged, of another kind, too little of it, or not
 * to be fetched. The message is meant for the user: what is wrong, where, and the mend. Trying
 * again without a change does not help, unless the message says so.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
