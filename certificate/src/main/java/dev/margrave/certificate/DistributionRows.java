package dev.margrave.certificate;

/**
 * Reads the rows of a table as exact probability distributions, or says which number is none.
 *
 * <p>A row whose sum is within {@link #SUM_TOLERANCE} of 1 is divided by that sum in double, so
 * that a table that was rounded to single precision is judged as the distributions it stands for.
 * Any other row is an error.
 *
 * <p>Holds scratch, so each thread needs its own.
 */
final class DistributionRows {
  /** How far a row's sum may be off 1: about ten times what rounding to single precision does. */
  static final double SUM_TOLERANCE = 1e-6;

  private final RowSource source;
  private final String table;
  private final Witness.Scale scale;
  private final int samples;
  private final double floor;
  private final double lowest;
  private final CompensatedSum sum = new CompensatedSum();

  private DistributionRows(
      RowSource source, String role, Witness.Scale scale, int samples, double floor) {
    this.source = source;
    this.table = Tables.label(role, source);
    this.scale = scale;
    this.samples = samples;
    this.floor = floor;
    this.lowest = Floors.lowest(floor);
  }

  /**
   * Rows of a teacher, none of which may hold an entry below {@code floor} (0: no such promise).
   */
  static DistributionRows ofTeacher(RowSource teacher, double floor) {
    return new DistributionRows(teacher, "teacher", Witness.Scale.PROBABILITIES, 1, floor);
  }

  /**
   * Rows of a witness, none of which may hold an entry below {@code floor} (0: no such promise).
   */
  static DistributionRows ofWitness(Witness witness, double floor) {
    return new DistributionRows(
        witness.rows(), "witness", witness.scale(), witness.samples(), floor);
  }

  /**
   * Reads one row of a table of probabilities.
   *
   * @param probabilities receives the row, divided by its sum
   */
  void read(long row, double[] probabilities) {
    source.read(row, probabilities);
    divide(row, probabilities, checkedSum(row, probabilities));
  }

  /**
   * Reads one row of either scale.
   *
   * <p>ln w is ln v − ln Σv for probabilities v, and l − ln Σ exp l for log-probabilities l: the
   * logarithm of the sum is tiny, so that neither form loses digits.
   *
   * @param probabilities receives w
   * @param logarithms receives ln w; −∞ where w is 0
   */
  void read(long row, double[] probabilities, double[] logarithms) {
    int columns = source.columns();
    if (scale == Witness.Scale.PROBABILITIES) {
      source.read(row, probabilities);
      for (int k = 0; k < columns; k++) {
        logarithms[k] = Math.log(probabilities[k]);
      }
    } else {
      source.read(row, logarithms);
      for (int k = 0; k < columns; k++) {
        probabilities[k] = Math.exp(logarithms[k]);
      }
    }
    double rowSum = checkedSum(row, probabilities);
    double logSum = Math.log(rowSum);
    for (int k = 0; k < columns; k++) {
      logarithms[k] -= logSum;
    }
    divide(row, probabilities, rowSum);
  }

  private void divide(long row, double[] probabilities, double rowSum) {
    for (int k = 0; k < source.columns(); k++) {
      probabilities[k] /= rowSum;
      if (probabilities[k] < lowest) {
        throw new IllegalArgumentException(
            "%s: %s, column %d is the probability %s, below the floor %s that was promised"
                .formatted(table, place(row), k, probabilities[k], floor));
      }
    }
  }

  private double checkedSum(long row, double[] probabilities) {
    sum.reset();
    boolean valid = true;
    for (int k = 0; k < source.columns(); k++) {
      valid &= probabilities[k] >= 0;
      sum.add(probabilities[k]);
    }
    double rowSum = sum.value();
    if (!valid || !(Math.abs(rowSum - 1) <= SUM_TOLERANCE)) {
      throw refusal(row, rowSum);
    }
    return rowSum;
  }

  /** Reads the row again, raw, and says what is wrong with it. */
  private IllegalArgumentException refusal(long row, double rowSum) {
    double[] raw = new double[source.columns()];
    source.read(row, raw);
    boolean logarithms = scale == Witness.Scale.LOG_PROBABILITIES;
    int largest = 0;
    for (int k = 0; k < raw.length; k++) {
      if (Double.isNaN(raw[k]) || (!logarithms && raw[k] < 0)) {
        return new IllegalArgumentException(
            "%s: %s, column %d is %s: expected a %s"
                .formatted(
                    table,
                    place(row),
                    k,
                    raw[k],
                    logarithms
                        ? "log-probability, −∞ to 0"
                        : "probability, 0 to 1 (log-probabilities must be declared as such)"));
      }
      if (raw[k] > raw[largest]) {
        largest = k;
      }
    }
    return new IllegalArgumentException(
        ("%s: %s sums to %s%s (its largest entry is column %d, %s): expected 1 within %s;"
                + " normalise the row, or check which way the table is scaled and laid out")
            .formatted(
                table,
                place(row),
                rowSum,
                logarithms ? " after exp" : "",
                largest,
                raw[largest],
                SUM_TOLERANCE));
  }

  private String place(long row) {
    long inputs = source.rows() / samples;
    return samples == 1
        ? "row %d".formatted(row)
        : "sample %d, row %d".formatted(row / inputs, row % inputs);
  }
}
