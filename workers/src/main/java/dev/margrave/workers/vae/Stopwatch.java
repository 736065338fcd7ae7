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

  double secondsSince(long start) {
    return (now() - start) * NANOS;
  }

  /** A step over so many images began at {@code start} and ends now; returns its seconds. */
  double trained(long start, int count) {
    double seconds = Math.max(secondsSince(start), 1e-9);
    trainingSeconds += seconds;
    images += count;
    double keep = rate == 0 ? 0 : Math.exp(-seconds / RATE_MEMORY_SECONDS);
    rate = keep * rate + (1 - keep) * count / seconds;
    return seconds;
  }

  /** Images per second of training, over the last few seconds. */
  double imagesPerSecond() {
    return rate;
  }

  double secondsSinceLap() {
    return secondsSince(lapStart);
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
