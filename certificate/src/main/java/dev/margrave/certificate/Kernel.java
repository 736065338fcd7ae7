package dev.margrave.certificate;

/**
 * The arithmetic on whole rows that nearly all of a certificate's time goes into. Every
 * implementation gives the same bits.
 *
 * <p>Rows lie in arrays at multiples of {@link #LANES}, filled up to whole multiples with entries
 * that add nothing. Sums are taken in {@link #LANES} lanes: entry k of a row goes to lane k mod 8,
 * each lane is a {@link CompensatedSum}, and the lanes are added up in order at the end. What a
 * processor does on 2, 4 or 8 numbers at once then rounds as the plain loop does. An object holds
 * scratch, so each thread needs its own.
 */
interface Kernel {
  /** The lanes of a sum: what the widest vectors of today's processors hold. */
  int LANES = 8;

  /** The least multiple of {@link #LANES} that is at least {@code columns}. */
  static int padded(int columns) {
    return Math.addExact(columns, LANES - 1) / LANES * LANES;
  }

  /**
   * ln of each number, as {@link Elementary#log}, but {@code ofZero} for 0.
   *
   * @return whether all were positive normal numbers
   */
  boolean log(double[] x, double[] into, int length, double ofZero);

  /**
   * e to the power of each number, as {@link Elementary#exp}.
   *
   * @return whether all were finite
   */
  boolean exp(double[] x, double[] into, int length);

  /** The sum of one row's numbers, compensated; NaN if one of them is negative or NaN. */
  double sum(double[] x, int from, int length);

  /** Divides each number of a row. */
  void divide(double[] x, int from, int length, double divisor);

  /** Subtracts from each number of a row. */
  void subtract(double[] x, int from, int length, double subtrahend);

  /** Adds a row to one {@link CompensatedSum} for each column. */
  void addTo(double[] sums, double[] errors, double[] rows, int from);

  /**
   * Adds one teacher row to {@link TermSums#information}.
   *
   * @param t rows, of which one begins at {@code from}
   * @param logT their logarithms, 0 where t is 0
   * @param logMean ln T̄, a whole row
   */
  void addTeacher(double[] t, double[] logT, int from, double[] logMean, TermSums sums);

  /**
   * Adds one witness row to the other sums of {@link TermSums}, and leaves its margin there.
   *
   * @param t teacher rows, of which the one of this input begins at {@code teacherFrom}
   * @param logT their logarithms, 0 where t is 0
   * @param w rows, of which one begins at {@code from}
   * @param logW their logarithms, all finite
   * @param logMean ln T̄, a whole row
   */
  void addWitness(
      double[] t,
      double[] logT,
      int teacherFrom,
      double[] w,
      double[] logW,
      int from,
      double[] logMean,
      TermSums sums);
}
