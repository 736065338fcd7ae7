package dev.margrave.app.client;

import java.io.IOException;

/** No server answered, or not whole; it may do so later. */
final class UnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreachableException(String message, IOException cause) {
    super(message, cause);
  }
}
