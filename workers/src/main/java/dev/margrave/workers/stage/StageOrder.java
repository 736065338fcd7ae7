package dev.margrave.workers.stage;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.protocol.worker.StageSpec;
import java.util.List;
import java.util.Optional;

/**
 * One attempt at one stage.
 *
 * @param resumeFrom the stage's last committed checkpoint
 * @param rescues automatic ones ordered so far, by number
 */
public record StageOrder(
    AttemptId attempt,
    StageSpec spec,
    Optional<CheckpointRef> resumeFrom,
    List<RescueOrder> rescues) {
  public StageOrder {
    rescues = List.copyOf(rescues);
  }

  /** Without automatic rescues. */
  public StageOrder(AttemptId attempt, StageSpec spec, Optional<CheckpointRef> resumeFrom) {
    this(attempt, spec, resumeFrom, List.of());
  }
}
