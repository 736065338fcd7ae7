package dev.margrave.certificate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Work cut into fixed blocks, done by many threads, put together in one order.
 *
 * <p>The cut depends on the amount of work alone, and the results are handed on from the first
 * block to the last, so whatever is computed from them has the same bits at any number of threads.
 * If blocks fail, the failure of the first of them is what the caller sees.
 */
final class Blocks {
  /**
   * For rows of a table: fixed, because it decides the order of the sums and so their last bits.
   */
  static final int ROWS_PER_BLOCK = 1024;

  /** Results waiting for their turn, per thread: bounds the memory, and keeps threads busy. */
  private static final int WAITING_PER_THREAD = 4;

  /** Computes one block, items {@code from} (included) to {@code to} (excluded). */
  interface Work<R> {
    R compute(long from, long to);
  }

  private Blocks() {}

  /**
   * Computes all blocks and hands each result to {@code inOrder}, on the calling thread.
   *
   * @throws IllegalStateException if the calling thread is interrupted, which it then still is
   */
  static <R> void forEach(
      long items, int itemsPerBlock, int threads, Work<R> work, Consumer<R> inOrder) {
    if (threads == 1 || items <= itemsPerBlock) {
      for (long from = 0; from < items; from += itemsPerBlock) {
        inOrder.accept(work.compute(from, Math.min(items, from + itemsPerBlock)));
      }
      return;
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "margrave-certificate");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Deque<Future<R>> waiting = new ArrayDeque<>();
      for (long next = 0; next < items; next += itemsPerBlock) {
        if (waiting.size() == threads * WAITING_PER_THREAD) {
          inOrder.accept(result(waiting.removeFirst()));
        }
        long from = next;
        long to = Math.min(items, from + itemsPerBlock);
        waiting.addLast(pool.submit(() -> work.compute(from, to)));
      }
      while (!waiting.isEmpty()) {
        inOrder.accept(result(waiting.removeFirst()));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static <R> R result(Future<R> future) {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (failure.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while computing a certificate", interruption);
    }
  }
}
