package dev.margrave.orchestrator.journal;

import java.nio.file.Path;
import java.util.Locale;

/** Failures of the journal, in sentences. */
final class JournalProblems {
  private static final int DEEPEST_CAUSE = 20;

  private JournalProblems() {}

  static JournalException opening(Path folder, Exception failure) {
    if (failure instanceof JournalException already) {
      return already;
    }
    if (diskFull(failure)) {
      return new JournalException(full(folder), failure);
    }
    return new JournalException(
        "the journal in "
            + folder
            + " cannot be opened ("
            + rootMessage(failure)
            + "); check the directory's permissions, restore it from a copy, or choose another with"
            + " --data-dir",
        failure);
  }

  static String using(Path folder, Throwable failure) {
    if (diskFull(failure)) {
      return full(folder);
    }
    return "the journal in "
        + folder
        + " cannot be used any more ("
        + rootMessage(failure)
        + "); mend that and run the same command again: it goes on where it stopped";
  }

  private static String full(Path folder) {
    return "the journal in "
        + folder
        + " cannot be written: the disk is full; free some space and run the same command again: it"
        + " goes on where it stopped";
  }

  private static boolean diskFull(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("no space left") || message.contains("disk full")) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; root.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    return message.lines().findFirst().orElse(root.getClass().getSimpleName());
  }
}
