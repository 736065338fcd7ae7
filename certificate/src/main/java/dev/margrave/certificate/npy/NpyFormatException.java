package dev.margrave.certificate.npy;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is not the .npy file it should be: which, where, and what was expected there. */
public final class NpyFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * States what is wrong.
   *
   * @param offset in bytes from the start of the file
   */
  NpyFormatException(Path file, long offset, String expected, String found) {
    super("%s: at byte %d: expected %s, found %s".formatted(file, offset, expected, found));
  }
}
