package dev.margrave.protocol.worker;

import dev.margrave.protocol.StageId;

/**
 * Finds a stage's supervisor, starting it where it does not run: in this process, or on whichever
 * node it lives now. Messages may be lost on the way; who needs an answer asks again.
 */
@FunctionalInterface
public interface StageDirectory {
  /** Sends a message to the supervisor of a stage. */
  void tell(StageId stage, StageMessage message);
}
