package dev.margrave.certificate;

/**
 * A rigorous bound on the floating-point error of a margin, computed beside it.
 *
 * <p>Exact means: computed without rounding from the given tables, their rows divided by their
 * exact sums. With u = 2⁻⁵³, hats for computed values, and first-order terms spelled out:
 *
 * <ul>
 *   <li>A row's compensated sum is within 1.01u, relative, and the division adds u: T̂_ik is within
 *       2.01u of T_ik.
 *   <li>A column mean adds a compensated sum and a division, 4.03u in all; {@link Elementary#log}
 *       is within 1 ulp ≤ 2u·|value|: the computed ln T̄_k is off by at most 2u·|ln T̄_k| + 4.1u.
 *   <li>ln w from probabilities, ln v − ln Σv: 2u·|ln w| + 1.1u from the logarithms, u·|ln w| from
 *       the subtraction; ln T likewise. From log-probabilities, l − ln Σ exp l: {@link
 *       Elementary#exp} is within 1 ulp, so the sum is within 3.01u: 3.1u + u·|ln w|. Either way at
 *       most 3.01u·|ln w| + 3.1u.
 *   <li>The difference ln w − ln T̄ and the product with T̂ round once each, and T̂ itself is off
 *       by 2.01u: 4.01u·(|ln w| + |ln T̄|), weighted with T.
 *   <li>Rounding an input's margin, averaging it over samples, summing inputs and dividing by n: u
 *       each, of at most the mean of T·(|ln w| + |ln T̄|).
 * </ul>
 *
 * <p>With M = (1/n) Σ_i Σ_k T_ik (|ln w_ik| + |ln T̄_k|), averaged over samples, these add up to
 * less than u·(11.1·M + 7.3). The bound is u·(12·M + 8): what is left over pays for the terms in u²
 * and for M being a rounded sum ({@link Kernel#LANES} plain sums over a block of inputs), as long
 * as n ≤ 2³⁴ and S·K ≤ 2²⁴ ({@link Tables} sees to that). Numbers below the normal range have no
 * relative accuracy: {@link #weight} pays for the T_ik that are that small.
 *
 * <p><b>Units.</b> nats. <b>Source.</b> N. J. Higham, "Accuracy and Stability of Numerical
 * Algorithms", 2nd ed. (2002), chapters 2 to 4, for the model of arithmetic; the accuracy of {@code
 * exp} and {@code log} is what {@link StrictMath} specifies.
 */
final class RoundoffBound {
  private static final double UNIT_ROUNDOFF = 0x1p-53;
  private static final double PER_MAGNITUDE = 12;
  private static final double CONSTANT = 8;

  private RoundoffBound() {}

  /**
   * The weight of a term in M.
   *
   * <p>A probability in the subnormal range is off by up to 2⁻¹⁰⁷⁵ whatever its size; 12u times the
   * smallest normal number covers that.
   */
  static double weight(double probability) {
    return probability + Double.MIN_NORMAL;
  }

  /**
   * b for a margin whose terms have the mean magnitude M.
   *
   * @param meanMagnitude M, in nats
   */
  static double of(double meanMagnitude) {
    return UNIT_ROUNDOFF * (PER_MAGNITUDE * meanMagnitude + CONSTANT);
  }
}
