package dev.margrave.orchestrator.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that never jumps: it was right when it was made, and has counted since. For waits and
 * silences, which a system clock that is set would end or prolong.
 */
public final class SteadyClock extends Clock {
  private final Instant start;
  private final long startNanos;
  private final LongSupplier nanos;
  private final ZoneId zone;

  private SteadyClock(Instant start, long startNanos, LongSupplier nanos, ZoneId zone) {
    this.start = start;
    this.startNanos = startNanos;
    this.nanos = nanos;
    this.zone = zone;
  }

  /**
   * Starts at what another clock shows now.
   *
   * @param nanos counts nanoseconds from anywhere, as {@link System#nanoTime}
   */
  public static SteadyClock startingAt(Clock clock, LongSupplier nanos) {
    return new SteadyClock(clock.instant(), nanos.getAsLong(), nanos, clock.getZone());
  }

  @Override
  public Instant instant() {
    return start.plus(Duration.ofNanos(nanos.getAsLong() - startNanos));
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new SteadyClock(start, startNanos, nanos, other);
  }
}
