package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A distance along a training run, as {@code 1 epoch}, {@code 0.5 epochs} or {@code 200 steps}.
 *
 * @param amount > 0
 */
public record Interval(double amount, Unit unit) {
  /** What is counted. */
  public enum Unit {
    @JsonProperty("epoch")
    EPOCH,
    @JsonProperty("step")
    STEP
  }

  /** In optimiser steps, rounded, at least 1. */
  public long steps(long stepsPerEpoch) {
    double steps = unit == Unit.EPOCH ? amount * stepsPerEpoch : amount;
    return Math.max(1, Math.round(steps));
  }
}
