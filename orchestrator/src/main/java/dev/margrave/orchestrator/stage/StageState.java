package dev.margrave.orchestrator.stage;

import dev.margrave.orchestrator.journal.JournalState;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import java.util.Optional;

/**
 * Where a stage stands.
 *
 * <pre>
 *   Unplanned --Planned--&gt; Waiting --Assigned--&gt; Running --AttemptEnded, last--&gt; Over
 *                             ^                     |
 *                             +---- AttemptEnded ---+
 * </pre>
 */
public sealed interface StageState extends JournalState {

  /** The state after an event. */
  default StageState apply(StageEvent event) {
    throw new IllegalStateException(
        event.getClass().getSimpleName() + " cannot happen in state " + getClass().getSimpleName());
  }

  /** Nobody has asked for it yet. */
  record Unplanned() implements StageState {
    @Override
    public StageState apply(StageEvent event) {
      return event instanceof StageEvent.Planned planned
          ? new Waiting(StageHistory.planned(planned))
          : StageState.super.apply(event);
    }
  }

  /** For a slot, or for the next try. */
  record Waiting(StageHistory history) implements StageState {
    @Override
    public StageState apply(StageEvent event) {
      return event instanceof StageEvent.Assigned assigned
          ? new Running(history.assigned(assigned), assigned.worker())
          : StageState.super.apply(event);
    }
  }

  /** A worker has it. */
  record Running(StageHistory history, String worker) implements StageState {
    @Override
    public StageState apply(StageEvent event) {
      if (event instanceof StageEvent.Evaluated evaluated) {
        return new Running(history.evaluated(evaluated), worker);
      }
      if (event instanceof StageEvent.GuardMeasured guarded) {
        return new Running(history.guarded(guarded), worker);
      }
      if (event instanceof StageEvent.CheckpointCommitted committed) {
        return new Running(history.committed(committed), worker);
      }
      if (event instanceof StageEvent.AttemptEnded ended) {
        StageHistory after = history.ended(ended, lostWorker(ended));
        return ended.last() ? new Over(after, ended.outcome()) : new Waiting(after);
      }
      return StageState.super.apply(event);
    }

    private Optional<String> lostWorker(StageEvent.AttemptEnded event) {
      boolean lost =
          event.outcome() instanceof Outcome.Failed failed
              && failed.kind() == FailureKind.LOST
              && !event.interrupted();
      return lost ? Optional.of(worker) : Optional.empty();
    }
  }

  /** Ended, once and for all. */
  record Over(StageHistory history, Outcome outcome) implements StageState {
    /** What the experiment needs to know. */
    StageEnding ending() {
      return new StageEnding(
          history.stage().key(),
          RetryPolicy.inWords(outcome, history.counted()),
          history.attempt(),
          history.effort(),
          history.margins());
    }
  }
}
