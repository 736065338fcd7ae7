package dev.margrave.protocol.metrics;

import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import java.util.Locale;

/** How an attempt at a stage ended, as the label {@code kind} says it. */
public enum AttemptKind {
  COMPLETED,
  /** Checkpointed, to be continued elsewhere or later. */
  HANDED_BACK,
  CANCELLED,
  /** Ended by its orchestrator, which wants the margin back: the next one applies a rescue. */
  RESCUED,
  /** Ended with the process of its orchestrator, by nobody's fault. */
  INTERRUPTED,
  /** {@link FailureKind#USER}. */
  USER,
  /** {@link FailureKind#NUMERIC}. */
  NUMERIC,
  /** {@link FailureKind#RESOURCE}. */
  RESOURCE,
  /** {@link FailureKind#LOST}. */
  LOST,
  /** {@link FailureKind#CRASH}. */
  CRASH;

  /** Of an outcome that a worker told, or that was found for it. */
  public static AttemptKind of(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      return of(failed.kind());
    }
    if (outcome instanceof Outcome.HandedBack) {
      return HANDED_BACK;
    }
    return outcome instanceof Outcome.Cancelled ? CANCELLED : COMPLETED;
  }

  private static AttemptKind of(FailureKind kind) {
    return switch (kind) {
      case USER -> USER;
      case NUMERIC -> NUMERIC;
      case RESOURCE -> RESOURCE;
      case LOST -> LOST;
      case CRASH -> CRASH;
    };
  }

  /** Whether another attempt is the recovery from this one. */
  public boolean recoverable() {
    return this == LOST || this == CRASH || this == INTERRUPTED;
  }

  /** As Prometheus sees it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
