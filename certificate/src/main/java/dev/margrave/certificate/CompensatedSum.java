package dev.margrave.certificate;

/**
 * A running sum that carries its own rounding error along.
 *
 * <p>Each addition is Knuth's error-free TwoSum; the errors are summed beside the sum. After m
 * additions the value is within u·|Σx| + (m·u)²·Σ|x| of the exact sum, u = 2⁻⁵³.
 *
 * <p><b>Source.</b> T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci.
 * Comput. 26 (2005), algorithm Sum2 and its proposition 4.5.
 */
final class CompensatedSum {
  private double sum;
  private double error;

  void reset() {
    sum = 0;
    error = 0;
  }

  void add(double x) {
    double next = sum + x;
    double shifted = next - sum;
    error += (sum - (next - shifted)) + (x - shifted);
    sum = next;
  }

  /** Adds another sum, with the error it carries. */
  void add(CompensatedSum other) {
    add(other.sum, other.error);
  }

  /** Adds a number that is not rounded yet: {@code x + itsError}. */
  void add(double x, double itsError) {
    add(x);
    error += itsError;
  }

  /** The sum, rounded once; an overflow stays infinite and never turns into NaN. */
  double value() {
    return Double.isInfinite(sum) ? sum : sum + error;
  }
}
