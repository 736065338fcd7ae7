package dev.margrave.app.certify;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a table could not be opened, and the mend. */
final class FileProblem {
  private FileProblem() {}

  static String sentence(FileSystemException thrown) {
    if (thrown instanceof NoSuchFileException) {
      return thrown.getFile() + ": there is no such file; give the path of a .npy file";
    }
    if (thrown instanceof AccessDeniedException) {
      return thrown.getFile() + ": permission denied; make the file readable";
    }
    String reason = thrown.getReason() == null ? "cannot be read" : thrown.getReason();
    return thrown.getFile() + ": " + reason + "; give the path of a .npy file";
  }
}
