package dev.margrave.orchestrator.stage;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.StageSpec;
import java.util.Optional;

/** What happened to a stage. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StageEvent.Planned.class, name = "stage-planned-1"),
  @JsonSubTypes.Type(value = StageEvent.Assigned.class, name = "stage-assigned-1"),
  @JsonSubTypes.Type(value = StageEvent.Evaluated.class, name = "stage-evaluated-1"),
  @JsonSubTypes.Type(value = StageEvent.GuardMeasured.class, name = "stage-guard-measured-1"),
  @JsonSubTypes.Type(
      value = StageEvent.CheckpointCommitted.class,
      name = "stage-checkpoint-committed-1"),
  @JsonSubTypes.Type(value = StageEvent.AttemptEnded.class, name = "stage-attempt-ended-1"),
  @JsonSubTypes.Type(value = StageEvent.Reopened.class, name = "stage-reopened-1"),
  @JsonSubTypes.Type(
      value = StageEvent.CheckpointDropped.class,
      name = "stage-checkpoint-dropped-1"),
  @JsonSubTypes.Type(value = StageEvent.Respecified.class, name = "stage-respecified-1"),
  @JsonSubTypes.Type(value = StageEvent.RescueStarted.class, name = "stage-rescue-started-1"),
  @JsonSubTypes.Type(value = StageEvent.Cancelled.class, name = "stage-cancelled-1")
})
public sealed interface StageEvent extends JournalEvent {

  /**
   * The stage is to be run.
   *
   * @param rank its place in the experiment's order of urgency, 0 first
   */
  record Planned(StageSpec spec, int rank) implements StageEvent {}

  /** An attempt was given to a worker. Persisted before the worker hears of it. */
  record Assigned(int attempt, String worker) implements StageEvent {}

  /** The margin was measured, at a step beyond all measured before. */
  record Evaluated(int attempt, Evaluation evaluation) implements StageEvent {}

  /** The rescue guard was measured, for the first time. */
  record GuardMeasured(int attempt, RescueGuard guard) implements StageEvent {}

  /**
   * From now on the checkpoint exists.
   *
   * @param effort since the one before
   */
  record CheckpointCommitted(CheckpointRef checkpoint, Effort effort) implements StageEvent {}

  /**
   * An attempt is over.
   *
   * @param effort since its last checkpoint
   * @param interrupted whether it ended with the supervisor's own process, not by a fault of its
   *     worker
   * @param counted whether it counts against the limit of attempts
   * @param last whether the stage is over with it
   */
  record AttemptEnded(
      int attempt,
      Outcome outcome,
      Effort effort,
      boolean interrupted,
      boolean counted,
      boolean last)
      implements StageEvent {}

  /** The failure that ended the stage is forgotten: it goes on, with a fresh count of tries. */
  record Reopened(StageSpec spec) implements StageEvent {}

  /** A committed checkpoint cannot be gone on from: it counts as not there. */
  record CheckpointDropped(CheckpointRef checkpoint) implements StageEvent {}

  /** What does not change the result was specified anew: it holds from the next attempt on. */
  record Respecified(StageSpec spec) implements StageEvent {}

  /**
   * The margin is lost, and the orchestrator wants it back: the attempt is over, counts for
   * nothing, and the next one applies a rescue.
   *
   * @param number of the stage's automatic rescues, from 1
   * @param attempt that lost it
   * @param fromCheckpoint the last one committed, from which the next attempt goes on; empty: from
   *     the start
   * @param step of the evaluation that decided, at which the rescue takes hold
   */
  record RescueStarted(int number, int attempt, Optional<CheckpointRef> fromCheckpoint, long step)
      implements StageEvent {}

  /** A user ended the stage, whatever it did. */
  record Cancelled() implements StageEvent {}
}
