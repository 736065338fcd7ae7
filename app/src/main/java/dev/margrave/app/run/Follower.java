package dev.margrave.app.run;

import dev.margrave.app.display.RunDisplay;
import dev.margrave.orchestrator.view.ExperimentView;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Shows snapshots until one of them is the last. One thread calls, another waits. */
final class Follower implements Consumer<ExperimentView> {
  private final RunDisplay display;
  private final CompletableFuture<ExperimentView> over = new CompletableFuture<>();

  Follower(RunDisplay display) {
    this.display = display;
  }

  /** A display that throws ends the waiting. */
  @Override
  public void accept(ExperimentView view) {
    try {
      display.show(view);
    } catch (RuntimeException | Error e) {
      over.completeExceptionally(e);
      throw e;
    }
    switch (view.status()) {
      case RUNNING, PAUSED -> {}
      case CANCELLED, FINISHED, BROKEN -> over.complete(view);
    }
  }

  /**
   * Waits for the last snapshot.
   *
   * @throws java.util.concurrent.CompletionException when the display threw
   */
  ExperimentView last() {
    return over.join();
  }
}
