package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CheckpointPathsTest {
  private static final String FOLDER = "e/full-0";

  @Test
  void theNameHoldsStepAndAttempt() {
    assertEquals("e/full-0/checkpoint-500-3.ckpt", CheckpointPaths.of(FOLDER, 500, 3));
  }

  @Test
  void whatLiesBeyondTheLastCommittedOneNeverWas() {
    assertTrue(CheckpointPaths.isUpTo(CheckpointPaths.of(FOLDER, 5, 2), 9));
    assertTrue(CheckpointPaths.isUpTo(CheckpointPaths.of(FOLDER, 9, 1), 9));
    assertFalse(CheckpointPaths.isUpTo(CheckpointPaths.of(FOLDER, 10, 1), 9));
    assertFalse(CheckpointPaths.isUpTo(CheckpointPaths.of(FOLDER, 0, 1), -1));
  }

  @Test
  void aTableIsNoCheckpoint() {
    assertFalse(CheckpointPaths.isUpTo(FOLDER + "/witness-sampled.npy", Long.MAX_VALUE));
    assertFalse(CheckpointPaths.isUpTo(FOLDER + "/samples.png", Long.MAX_VALUE));
  }
}
