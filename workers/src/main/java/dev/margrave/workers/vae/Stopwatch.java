package dev.margrave.workers.vae;

import dev.margrave.protocol.worker.Effort;
import java.util.function.LongSupplier;

/** Counts an attempt's work since its last checkpoint. One thread's. */
final class Stopwatch {
  private static final double NANOS = 1e-9;

  /** Time constant of the images per second shown, in seconds. */
  private static final double RATE_MEMORY_SECONDS = 5;

  private final LongSupplier nanoTime;
  private long lapStart;
  private double trainingSeconds;
  private long images;
  private double rate;

  /**
   * @param nanoTime a monotonic clock, nanoseconds
   */
  Stopwatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lapStart = nanoTime.getAsLong();
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** A step over so many images began at {@code start} and ends now. */
  void trained(long start, int count) {
    double seconds = Math.max((now() - start) * NANOS, 1e-9);
    trainingSeconds += seconds;
    images += count;
    double keep = rate == 0 ? 0 : Math.exp(-seconds / RATE_MEMORY_SECONDS);
    rate = keep * rate + (1 - keep) * count / seconds;
  }

  /** Images per second of training, over the last few seconds. */
  double imagesPerSecond() {
    return rate;
  }

  double secondsSinceLap() {
    return (now() - lapStart) * NANOS;
  }

  /** The work since the last lap, and a new lap. */
  Effort lap() {
    long now = now();
    Effort effort = new Effort((now - lapStart) * NANOS, trainingSeconds, images);
    lapStart = now;
    trainingSeconds = 0;
    images = 0;
    return effort;
  }
}
