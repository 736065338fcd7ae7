package dev.margrave.orchestrator.stage;

import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.AttemptKind;
import dev.margrave.protocol.metrics.StageOutcome;
import java.util.OptionalLong;

/**
 * Is told by supervisors what happens to their stages, to be measured. Told of what happens now,
 * never of what a journal says has happened; where a stage stands is told after a recovery too.
 * Called by many threads, must not block.
 */
public interface StageInstruments {
  /** Nothing is measured. */
  StageInstruments NONE = new StageInstruments() {};

  /**
   * Where a stage stands.
   *
   * @param dataset that it learns from
   * @param checkpointStep of the last committed checkpoint
   */
  record Standing(String dataset, StageView view, OptionalLong checkpointStep) {}

  /** A stage stands there now. */
  default void stands(StageId stage, Standing standing) {}

  /** Its supervisor has left this process, or its memory. */
  default void left(StageId stage) {}

  /** An attempt is over. */
  default void attemptEnded(StageId stage, AttemptKind kind) {}

  /** A worker was heard of for the first time since it was given an attempt. */
  default void attemptHeard(StageId stage) {}

  /** Nobody wants another attempt now: the time until the next is no recovery. */
  default void heldBack(StageId stage) {}

  /** A checkpoint was committed. */
  default void checkpointCommitted(StageId stage) {}

  /** The stage is over. */
  default void stageEnded(StageId stage, StageOutcome outcome) {}

  /**
   * Events are about to be persisted.
   *
   * @return to be run when they are in the journal
   */
  default Runnable persisting(StageId stage) {
    return () -> {};
  }
}
