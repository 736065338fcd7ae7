package dev.margrave.orchestrator.stage;

import dev.margrave.orchestrator.journal.JournalState;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.artefact.ArtefactRef;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a stage stands.
 *
 * <pre>
 *   Unplanned --Planned--&gt; Waiting --Assigned--&gt; Running --AttemptEnded, last--&gt; Over
 *                             ^                     |                      |
 *                             +---- AttemptEnded ---+                      |
 *                             +---- RescueStarted --+                      |
 *                             |        Waiting, Running --Cancelled------&gt; |
 *                             +---- Reopened, if it failed ----------------+
 * </pre>
 */
public sealed interface StageState extends JournalState {

  /** The state after an event. */
  default StageState apply(StageEvent event) {
    throw new IllegalStateException(
        event.getClass().getSimpleName() + " cannot happen in state " + getClass().getSimpleName());
  }

  /** What a repeated order to run changes. */
  default List<StageEvent> again(StageProtocol.Run command) {
    return List.of();
  }

  /**
   * The paths of the artefacts that the journal names: the kept checkpoints and what the result is
   * made of. Of an attempt that is over it names no more later. Empty when nobody has asked for the
   * stage: a journal that was lost, or set back, cannot tell.
   *
   * @param attempt for which it is asked
   */
  default Optional<List<String>> named(int attempt) {
    return Optional.empty();
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
    public Optional<List<String>> named(int attempt) {
      return history.named(attempt);
    }

    @Override
    public StageState apply(StageEvent event) {
      if (event instanceof StageEvent.Respecified respecified) {
        return new Waiting(history.respecified(respecified));
      }
      if (event instanceof StageEvent.Cancelled) {
        return new Over(history, new Outcome.Cancelled());
      }
      return event instanceof StageEvent.Assigned assigned
          ? new Running(history.assigned(assigned), assigned.worker())
          : StageState.super.apply(event);
    }

    @Override
    public List<StageEvent> again(StageProtocol.Run command) {
      return history.again(command);
    }
  }

  /** A worker has it. */
  record Running(StageHistory history, String worker) implements StageState {
    @Override
    public Optional<List<String>> named(int attempt) {
      return history.named(attempt);
    }

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
      if (event instanceof StageEvent.CheckpointDropped dropped) {
        return new Running(history.dropped(dropped), worker);
      }
      if (event instanceof StageEvent.Respecified respecified) {
        return new Running(history.respecified(respecified), worker);
      }
      if (event instanceof StageEvent.RescueStarted started) {
        return new Waiting(history.rescueStarted(started));
      }
      if (event instanceof StageEvent.AttemptEnded ended) {
        StageHistory after =
            history.ended(
                ended,
                ended.interrupted() ? Optional.empty() : workerIf(ended, FailureKind.LOST),
                workerIf(ended, FailureKind.RESOURCE));
        return ended.last() ? new Over(after, ended.outcome()) : new Waiting(after);
      }
      if (event instanceof StageEvent.Cancelled) {
        return new Over(history, new Outcome.Cancelled());
      }
      return StageState.super.apply(event);
    }

    @Override
    public List<StageEvent> again(StageProtocol.Run command) {
      return history.again(command);
    }

    private Optional<String> workerIf(StageEvent.AttemptEnded event, FailureKind kind) {
      boolean was = event.outcome() instanceof Outcome.Failed failed && failed.kind() == kind;
      return was ? Optional.of(worker) : Optional.empty();
    }
  }

  /** Ended: once and for all if it completed, else until it is reopened. */
  record Over(StageHistory history, Outcome outcome) implements StageState {
    @Override
    public Optional<List<String>> named(int attempt) {
      Stream<String> result =
          ending().result().stream()
              .flatMap(left -> left.artefacts().stream())
              .map(ArtefactRef::path);
      return history
          .named(attempt)
          .map(kept -> Stream.concat(kept.stream(), result).distinct().toList());
    }

    @Override
    public StageState apply(StageEvent event) {
      return event instanceof StageEvent.Reopened reopened
          ? new Waiting(history.reopened(reopened))
          : StageState.super.apply(event);
    }

    /** A failure that the asker has forgotten is forgotten here. */
    @Override
    public List<StageEvent> again(StageProtocol.Run command) {
      boolean stays =
          outcome instanceof Outcome.Completed || history.attempt() >= command.forgetBefore();
      return stays ? List.of() : List.of(new StageEvent.Reopened(command.spec()));
    }

    /** What the experiment needs to know. */
    StageEnding ending() {
      return new StageEnding(
          history.stage().key(),
          RetryPolicy.inWords(outcome, history.tries().counted()),
          history.attempt(),
          history.saved().effort(),
          history.measured().margins(),
          history.tries().resumedAtSteps());
    }
  }
}
