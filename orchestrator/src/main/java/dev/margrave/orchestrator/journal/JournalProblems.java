package dev.margrave.orchestrator.journal;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

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
    return causes(failure).stream()
        .map(cause -> String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
        .anyMatch(message -> message.contains("no space left") || message.contains("disk full"));
  }

  /** The first line of the deepest cause. */
  static String rootMessage(Throwable failure) {
    List<Throwable> causes = causes(failure);
    Throwable root = causes.get(causes.size() - 1);
    String message = String.valueOf(root.getMessage());
    return message.lines().findFirst().orElse(root.getClass().getSimpleName());
  }

  /** The failure, its cause, and so on. */
  static List<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(DEEPEST_CAUSE)
        .toList();
  }
}
