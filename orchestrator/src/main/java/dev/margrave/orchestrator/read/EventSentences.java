package dev.margrave.orchestrator.read;

import dev.margrave.orchestrator.experiment.ExperimentEvent;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.result.RescueGuard;
import java.util.Locale;

/** Events in sentences for users. */
final class EventSentences {
  private EventSentences() {}

  /** The sentence of an event of {@code subject}: a stage's key, or an experiment's name. */
  static String of(String subject, JournalEvent event) {
    if (event instanceof StageEvent.Planned) {
      return subject + " is planned";
    }
    if (event instanceof StageEvent.Assigned assigned) {
      return attempt(assigned.attempt(), subject) + " went to worker " + assigned.worker();
    }
    if (event instanceof StageEvent.Evaluated evaluated) {
      return String.format(
          Locale.ROOT,
          "%s has a margin of %.4f nats at step %d",
          subject,
          evaluated.evaluation().sampled().marginNats(),
          evaluated.evaluation().step());
    }
    if (event instanceof StageEvent.GuardMeasured measured) {
      return guard(subject, measured.guard());
    }
    if (event instanceof StageEvent.CheckpointCommitted committed) {
      return subject + " has a checkpoint at step " + committed.checkpoint().step();
    }
    if (event instanceof StageEvent.CheckpointDropped dropped) {
      return "the checkpoint of "
          + subject
          + " at step "
          + dropped.checkpoint().step()
          + " cannot be gone on from and counts no more";
    }
    if (event instanceof StageEvent.AttemptEnded ended) {
      return attemptEnded(subject, ended);
    }
    if (event instanceof StageEvent.RescueStarted started) {
      return rescue(subject, started);
    }
    if (event instanceof StageEvent.Reopened) {
      return subject + " is tried again";
    }
    if (event instanceof ExperimentEvent experimentEvent) {
      return experiment(subject, experimentEvent);
    }
    return other(subject, event);
  }

  private static String experiment(String subject, ExperimentEvent event) {
    if (event instanceof ExperimentEvent.Submitted) {
      return subject + " was submitted";
    }
    if (event instanceof ExperimentEvent.StageEnded ended) {
      return stageEnded(ended.ending());
    }
    if (event instanceof ExperimentEvent.Finished finished) {
      return subject + " is finished: " + finished.overall();
    }
    if (event instanceof ExperimentEvent.Reopened) {
      return subject + " was submitted again: what did not complete is tried again";
    }
    return other(subject, event);
  }

  private static String attempt(int number, String stage) {
    return "attempt " + number + " of " + stage;
  }

  private static String guard(String stage, RescueGuard guard) {
    return String.format(
        Locale.ROOT,
        "the rescue guard of %s measured a code gradient of %.3g%s%s",
        stage,
        guard.codeGradient(),
        guard.headGradient().isPresent()
            ? String.format(
                Locale.ROOT, " and a head gradient of %.3g", guard.headGradient().getAsDouble())
            : "; its witness has no weights",
        guard.reseeded() ? ": the head was drawn anew" : "");
  }

  private static String rescue(String stage, StageEvent.RescueStarted started) {
    return stage
        + " lost its margin by step "
        + started.step()
        + ": rescue "
        + started.number()
        + " follows from there, by way of "
        + started
            .fromCheckpoint()
            .map(checkpoint -> "the checkpoint at step " + checkpoint.step())
            .orElse("the start");
  }

  private static String attemptEnded(String stage, StageEvent.AttemptEnded ended) {
    String attempt = attempt(ended.attempt(), stage);
    if (ended.outcome() instanceof Outcome.Completed) {
      return attempt + " completed";
    }
    if (ended.outcome() instanceof Outcome.Failed failed) {
      return attempt
          + " failed ("
          + failed.kind()
          + "): "
          + failed.message()
          + (ended.last() ? "; no other follows" : "; another follows");
    }
    return ended.outcome() instanceof Outcome.HandedBack
        ? attempt + " was handed back and goes on elsewhere or later"
        : attempt + " was cancelled";
  }

  private static String stageEnded(StageEnding ending) {
    String attempts = ending.attempts() + (ending.attempts() == 1 ? " attempt" : " attempts");
    return ending.stage().text()
        + (ending.completed() ? " completed after " : " ended without a result after ")
        + attempts
        + ending.failure().map(failure -> ": " + failure).orElse("");
  }

  /** {@code stage-pause-requested} of full-0: {@code full-0: pause requested}. */
  private static String other(String subject, JournalEvent event) {
    String type = EventTypes.of(event).replaceFirst("^[a-z]+-", "").replace('-', ' ');
    return subject + ": " + type;
  }
}
