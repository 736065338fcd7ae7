package dev.margrave.certificate;

/** On which side of the collapse boundary a witness stands. */
public enum Verdict {
  /** The safe margin exceeds the round-off bound and the lower confidence bound is above 0. */
  CERTIFIED,
  /** Between the two: the margin is positive, but not safely. */
  INCONCLUSIVE,
  /** The margin does not exceed the round-off bound: the witness does no better than a constant. */
  NEGATIVE;

  /**
   * The verdict on a held-out split; the latent-only audit comes on top of it.
   *
   * @param marginNats G
   * @param safeMarginNats G_τ
   * @param roundoffBoundNats b
   * @param bounds of which the asymptotic one decides: the other is far too wide for most splits
   */
  static Verdict of(
      double marginNats, double safeMarginNats, double roundoffBoundNats, LowerBounds bounds) {
    if (!(marginNats > roundoffBoundNats)) {
      return NEGATIVE;
    }
    return safeMarginNats > roundoffBoundNats && bounds.asymptotic() > 0 ? CERTIFIED : INCONCLUSIVE;
  }
}
