package dev.margrave.workers.stage;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.StageSpec;
import java.util.Optional;

/**
 * One attempt at one stage.
 *
 * @param resumeFrom the stage's last committed checkpoint
 */
public record StageOrder(AttemptId attempt, StageSpec spec, Optional<CheckpointRef> resumeFrom) {}
