package dev.margrave.certificate;

/**
 * One-sided lower confidence bounds on the margin of the population that the inputs were drawn
 * from.
 *
 * <p>Both hold although T̄ is estimated from the same inputs: T̄ minimises the loss of a constant,
 * so the margin computed with it never exceeds the mean of g taken at the population's own T̄. The
 * estimate errs downward only, and to first order not at all.
 */
final class ConfidenceBounds {
  private ConfidenceBounds() {}

  /**
   * G − z_α·sd(g)/√n: the central limit theorem, so about right for large n only.
   *
   * @return in nats; −∞ if G is −∞ or the standard error is infinite
   */
  static double asymptotic(double marginNats, double standardErrorNats, double confidence) {
    if (Double.isInfinite(standardErrorNats)) {
      return Double.NEGATIVE_INFINITY;
    }
    return marginNats - NormalQuantile.of(confidence) * standardErrorNats;
  }

  /**
   * G − R·√(ln(1/δ)/(2n)): right at every n and for every distribution of inputs.
   *
   * <p>Each g_i = Σ_k T_ik (ln w_ik − ln T̄_k) lies in [ln f, −ln t], where f is the witness's
   * floor and t the teacher's, which T̄ inherits; so R = −ln t − ln f.
   *
   * <p><b>Source.</b> W. Hoeffding, "Probability inequalities for sums of bounded random
   * variables", JASA 58 (1963) 13–30, theorem 2.
   *
   * @return in nats
   */
  static double hoeffding(
      double marginNats, long n, double teacherFloor, double witnessFloor, double confidence) {
    double range = -Math.log(teacherFloor) - Math.log(witnessFloor);
    double delta = 1 - confidence;
    return marginNats - range * Math.sqrt(-Math.log(delta) / (2.0 * n));
  }
}
