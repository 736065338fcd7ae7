package dev.margrave.workers.job;

import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.workers.data.DataException;
import dev.margrave.workers.external.TrainerException;
import dev.margrave.workers.stage.RefusedStageException;
import dev.margrave.workers.teacher.TeacherSearchException;
import dev.margrave.workers.vae.NumericFailureException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What kind of failure an exception of a job is, and the sentence about it. */
public final class Failures {
  private Failures() {}

  /** The outcome of an attempt that threw. */
  public static Outcome.Failed of(Throwable thrown) {
    if (thrown instanceof DataException
        || thrown instanceof TeacherSearchException
        || thrown instanceof RefusedStageException) {
      return new Outcome.Failed(FailureKind.USER, message(thrown));
    }
    if (thrown instanceof TrainerException failed) {
      return new Outcome.Failed(failed.kind(), message(thrown));
    }
    if (thrown instanceof ArtefactMismatchException) {
      return new Outcome.Failed(
          FailureKind.USER, message(thrown) + "; put the file back, or start anew with --fresh");
    }
    if (thrown instanceof NumericFailureException || thrown instanceof ArithmeticException) {
      return new Outcome.Failed(FailureKind.NUMERIC, message(thrown));
    }
    if (thrown instanceof OutOfMemoryError) {
      return new Outcome.Failed(
          FailureKind.RESOURCE,
          "out of memory (%s): give the worker more, or lower training.batch or vae.channels"
              .formatted(thrown.getMessage()));
    }
    if ((thrown instanceof UncheckedIOException || thrown instanceof IOException)
        && isOutOfSpace(thrown)) {
      return new Outcome.Failed(
          FailureKind.RESOURCE,
          message(thrown) + ": free some space, then run the same command again");
    }
    return new Outcome.Failed(
        FailureKind.CRASH, thrown.getClass().getSimpleName() + ": " + message(thrown));
  }

  /** The outcome of an attempt whose own checkpoint could not be gone on from. */
  public static Outcome.Failed ofDamagedCheckpoint(ArtefactMismatchException thrown) {
    return new Outcome.Failed(
        FailureKind.CRASH, message(thrown) + "; the stage goes on from the checkpoint before it");
  }

  private static boolean isOutOfSpace(Throwable thrown) {
    String message = message(thrown);
    return message.contains("No space left") || message.contains("quota exceeded");
  }

  private static String message(Throwable thrown) {
    return thrown.getMessage() == null ? "no message" : thrown.getMessage();
  }
}
