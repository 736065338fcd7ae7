package dev.margrave.orchestrator.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Threads for work that blocks, with a queue that has an end. */
final class BlockingPool {
  private static final long IDLE_SECONDS = 30;

  private final ThreadPoolExecutor executor;

  /**
   * A pool.
   *
   * @param work what its threads do, for their names
   * @param threads at work
   * @param queue calls that may wait for them
   */
  BlockingPool(String work, int threads, int queue) {
    AtomicInteger count = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            task -> {
              Thread thread =
                  new Thread(task, "margrave-http-" + work + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Its result, or a problem when too much waits already. */
  <T> CompletionStage<T> call(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          Problem.Kind.UNAVAILABLE.thrown("too many requests wait already; try again soon"));
    }
  }

  void stop() {
    executor.shutdownNow();
  }
}
