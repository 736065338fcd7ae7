package dev.margrave.workers.stage;

import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Effort;

/** Is told how a stage goes, in order, on its own thread. */
public interface StageListener {
  /** Work begins, after this many steps of the stage. */
  void started(long fromStep);

  /** A few times a second at most; see {@code WorkerProtocol.Progressed}. */
  void progressed(String phase, long done, long total, double epoch, double imagesPerSecond);

  void evaluated(Evaluation evaluation);

  void guardMeasured(RescueGuard guard);

  /**
   * A checkpoint is on disk.
   *
   * @param effort since the last one
   */
  void checkpointed(CheckpointRef checkpoint, Effort effort);

  /** The checkpoint that the stage was to go on from is missing, or its content is another. */
  void checkpointDamaged(CheckpointRef checkpoint);
}
