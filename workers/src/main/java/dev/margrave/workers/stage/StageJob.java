package dev.margrave.workers.stage;

import java.util.function.Supplier;

/** Runs one attempt at a stage, blocking. */
@FunctionalInterface
public interface StageJob {
  /**
   * Works on the calling thread until the stage is done or stopped. Whatever it throws is a failure
   * of the attempt.
   *
   * @param stop asked several times a second
   */
  StageEnding run(StageOrder order, StageListener listener, Supplier<StopRequest> stop);
}
