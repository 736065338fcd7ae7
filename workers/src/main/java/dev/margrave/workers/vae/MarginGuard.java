package dev.margrave.workers.vae;

import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.MarginGuardSpec;

/**
 * Steers λ by the margin, so that an aligned arm stays away from the boundary without more pull
 * than that takes.
 *
 * <p>After an evaluation at step s &gt; 0, unless the arm is over, the safe margin G_τ at sampled z
 * is measured on the first images of the <em>training</em> split, with their own mean teacher. Then
 * λ ← min(factor·λ, maximum) where G_τ &lt; band, λ ← max(λ/factor, weight) where G_τ ≥ 2·band, and
 * between the two it stays. The held-out split decides nothing: its certificate speaks of images
 * that neither the weights nor λ have seen.
 *
 * <p>The same weights give the same λ: what is measured depends on nothing else.
 */
final class MarginGuard {
  private final AlignmentSpec alignment;
  private final TaughtSplit split;
  private final Measurer measurer;
  private final Judge judge;

  /**
   * @param train the training split
   */
  MarginGuard(AlignmentSpec alignment, TaughtSplit train, Measurer measurer, Judge judge) {
    this.alignment = alignment;
    this.split = train.first(alignment.guard().images());
    this.measurer = measurer;
    this.judge = judge;
  }

  /** λ of the steps that follow, after steps with {@code lambda}. */
  double next(double lambda) {
    Measurement measured = measurer.measure(split.images(), 0);
    return next(lambda, judge.sampled(split, measured).safeMarginNats(), alignment);
  }

  /** The rule; a margin that is no number counts as lost. */
  static double next(double lambda, double safeMarginNats, AlignmentSpec alignment) {
    MarginGuardSpec guard = alignment.guard();
    if (!(safeMarginNats >= guard.bandNats())) {
      return Math.min(lambda * guard.factor(), guard.maximumWeight());
    }
    if (safeMarginNats >= 2 * guard.bandNats()) {
      return Math.max(lambda / guard.factor(), alignment.weight());
    }
    return lambda;
  }
}
