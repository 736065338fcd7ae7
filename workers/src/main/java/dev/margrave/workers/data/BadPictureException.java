package dev.margrave.workers.data;

/**
 * A picture file that gives no pixels. The message continues the file's name: {@code is truncated:
 * fetch it again}.
 */
final class BadPictureException extends Exception {
  private static final long serialVersionUID = 1L;

  BadPictureException(String message) {
    super(message);
  }

  BadPictureException(String message, Throwable cause) {
    super(message, cause);
  }
}
