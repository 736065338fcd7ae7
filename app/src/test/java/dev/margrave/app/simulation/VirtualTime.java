package dev.margrave.app.simulation;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Time that passes only when told to: the actor system's scheduler, everybody's clock. What is due
 * at the same instant happens in the order in which it was asked for.
 */
public final class VirtualTime extends AbstractScheduler {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final class Timer implements Cancellable {
    private final long atNanos;
    private final long sequence;
    private final Runnable task;
    private boolean over;

    Timer(long atNanos, long sequence, Runnable task) {
      this.atNanos = atNanos;
      this.sequence = sequence;
      this.task = task;
    }

    @Override
    public boolean cancel() {
      boolean first = !over;
      over = true;
      return first;
    }

    @Override
    public boolean isCancelled() {
      return over;
    }
  }

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((Timer timer) -> timer.atNanos)
              .thenComparingLong(timer -> timer.sequence));
  private long nowNanos;
  private long sequence;

  /** Made by the actor system. */
  public VirtualTime(Config config, LoggingAdapter log, ThreadFactory threads) {}

  @Override
  public Cancellable scheduleOnce(
      FiniteDuration delay, Runnable task, ExecutionContext dispatcher) {
    return at(nowNanos + Math.max(0, delay.toNanos()), task);
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // Akka's own, and nobody calls it here.
  public Cancellable schedule(
      FiniteDuration initialDelay,
      FiniteDuration interval,
      Runnable task,
      ExecutionContext dispatcher) {
    return scheduleWithFixedDelay(initialDelay, interval, task, dispatcher);
  }

  @Override
  public double maxFrequency() {
    return 1000;
  }

  /** Does something later. */
  Cancellable after(long milliseconds, Runnable task) {
    return at(nowNanos + TimeUnit.MILLISECONDS.toNanos(milliseconds), task);
  }

  private synchronized Timer at(long atNanos, Runnable task) {
    Timer timer = new Timer(atNanos, sequence++, task);
    timers.add(timer);
    return timer;
  }

  /** Lets the next thing happen that was asked for; returns whether there was one. */
  boolean advance() {
    Timer next = timers.poll();
    while (next != null && next.over) {
      next = timers.poll();
    }
    if (next == null) {
      return false;
    }
    nowNanos = Math.max(nowNanos, next.atNanos);
    next.over = true;
    next.task.run();
    return true;
  }

  /** Forgets whatever was asked for. */
  void clear() {
    timers.clear();
  }

  long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(nowNanos);
  }

  /** The clock of everybody who takes part. */
  Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return START.plusNanos(nowNanos);
      }
    };
  }
}
