package dev.margrave.app.client;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Wakes who waits. Rung several times before anybody listens, it rings once. */
final class Bell {
  private final BlockingQueue<Boolean> rung = new ArrayBlockingQueue<>(1);

  void ring() {
    rung.offer(true);
  }

  /** Waits until it rings, no longer than that; an interrupted thread does not wait. */
  void await(Duration longest) {
    try {
      rung.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
