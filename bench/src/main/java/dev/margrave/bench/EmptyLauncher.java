package dev.margrave.bench;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.workers.actor.StageLauncher;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Stages that do nothing for a while, and end with a result. */
final class EmptyLauncher implements StageLauncher, AutoCloseable {
  private final Duration length;
  private final ExecutorService tasks = Executors.newSingleThreadExecutor();
  private final AtomicInteger ended = new AtomicInteger();

  EmptyLauncher(Duration length) {
    this.length = length;
  }

  int ended() {
    return ended.get();
  }

  @Override
  public CompletionStage<StageEnding> launch(
      StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
    listener.started(0);
    return CompletableFuture.supplyAsync(
        () -> {
          ended.incrementAndGet();
          return new StageEnding(new Outcome.Completed(result(order)), Effort.NONE);
        },
        CompletableFuture.delayedExecutor(length.toMillis(), TimeUnit.MILLISECONDS, tasks));
  }

  private static StageResult result(StageOrder order) {
    StageKey stage = order.attempt().stage().key();
    if (!(stage instanceof StageKey.ArmRun run)) {
      return Fixtures.teacherFound(stage.teacherSeed());
    }
    var artefact = new ArtefactRef(order.attempt().stage().text() + "/1.ckpt", 1, "00");
    return Fixtures.expected(
        run.arm(), new CheckpointRef(artefact, order.attempt(), 1), order.spec().startFrom());
  }

  @Override
  public void run(Runnable task) {
    tasks.execute(task);
  }

  @Override
  public void close() {
    tasks.shutdown();
  }
}
