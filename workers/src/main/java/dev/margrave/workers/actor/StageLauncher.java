package dev.margrave.workers.actor;

import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Runs attempts beside the actors. */
public interface StageLauncher {
  /**
   * Starts an attempt.
   *
   * @param stop looked at between steps
   * @return completes with its end, or with what the attempt threw
   */
  CompletionStage<StageEnding> launch(
      StageOrder order, StageListener listener, Supplier<StopRequest> stop);

  /** Does something short that may block. */
  void run(Runnable task);
}
