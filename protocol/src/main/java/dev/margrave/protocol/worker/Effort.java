package dev.margrave.protocol.worker;

/**
 * Work done since the last checkpoint of the same attempt, or since it began.
 *
 * @param seconds of training and evaluation
 * @param trainingSeconds of optimiser steps alone
 * @param images trained on
 */
public record Effort(double seconds, double trainingSeconds, long images) {
  /** No work at all. */
  public static final Effort NONE = new Effort(0, 0, 0);

  /** The sum of two efforts. */
  public Effort plus(Effort other) {
    return new Effort(
        seconds + other.seconds, trainingSeconds + other.trainingSeconds, images + other.images);
  }
}
