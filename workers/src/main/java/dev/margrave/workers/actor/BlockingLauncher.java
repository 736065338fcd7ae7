package dev.margrave.workers.actor;

import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.workers.job.Failures;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageJob;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each attempt on a thread of its own until it ends. */
final class BlockingLauncher implements StageLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(BlockingLauncher.class);

  private final StageJobs jobs;
  private final ArtefactStore store;
  private final Executor threads;

  BlockingLauncher(StageJobs jobs, ArtefactStore store, Executor threads) {
    this.jobs = jobs;
    this.store = store;
    this.threads = threads;
  }

  @Override
  public CompletionStage<StageEnding> launch(
      StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
    StageJob job =
        order.attempt().stage().key() instanceof StageKey.TeacherSearch
            ? jobs.teacherSearch()
            : jobs.arm();
    return CompletableFuture.supplyAsync(() -> run(job, order, listener, stop), threads);
  }

  @Override
  public void run(Runnable task) {
    threads.execute(task);
  }

  /** Tells apart whether it was its own checkpoint that is not what it was. */
  private StageEnding run(
      StageJob job, StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
    try {
      return job.run(order, listener, stop);
    } catch (ArtefactMismatchException e) {
      Optional<CheckpointRef> damaged = order.resumeFrom().filter(this::isDamaged);
      if (damaged.isEmpty()) {
        throw e;
      }
      LOG.warn("{} cannot go on", order.attempt(), e);
      listener.checkpointDamaged(damaged.get());
      return new StageEnding(Failures.ofDamagedCheckpoint(e), Effort.NONE);
    }
  }

  private boolean isDamaged(CheckpointRef checkpoint) {
    try {
      store.fetch(checkpoint.artefact());
      return false;
    } catch (ArtefactMismatchException e) {
      return true;
    }
  }
}
