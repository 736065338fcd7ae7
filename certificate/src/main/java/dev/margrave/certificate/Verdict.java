package dev.margrave.certificate;

/** On which side of the collapse boundary a witness stands. */
public enum Verdict {
  /** The safe margin exceeds the round-off bound and the lower confidence bound is above 0. */
  CERTIFIED,
  /** Between the two: the margin is positive, but not safely. */
  INCONCLUSIVE,
  /** The margin does not exceed the round-off bound: the witness does no better than a constant. */
  NEGATIVE
}
