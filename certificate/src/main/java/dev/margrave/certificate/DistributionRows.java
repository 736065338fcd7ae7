package dev.margrave.certificate;

/**
 * Reads the rows of a table, some at a time, as exact probability distributions, or says which
 * number is none.
 *
 * <p>A row whose sum is within {@link #SUM_TOLERANCE} of 1 is divided by that sum in double, so
 * that a table that was rounded to single precision is judged as the distributions it stands for.
 * Any other row is an error.
 *
 * <p>The rows lie one after the other in {@link #probabilities} and {@link #logarithms}, each
 * filled up with zeros to {@link #stride} numbers. Holds scratch, so each thread needs its own.
 */
final class DistributionRows {
  /** How far a row's sum may be off 1: about ten times what rounding to single precision does. */
  static final double SUM_TOLERANCE = 1e-6;

  /** Numbers held at a time: enough for long loops, few enough to stay in a core's first cache. */
  private static final int HELD_NUMBERS = 512;

  private final RowSource source;
  private final String table;
  private final Witness.Scale scale;
  private final int samples;
  private final double floor;
  private final double zeroLogarithm;
  private final Kernel kernel = Kernels.create();
  private final int columns;
  private final int stride;
  private final int capacity;
  private final double[] row;
  private final double[] raw;
  private final double[] probabilities;
  private final double[] logarithms;
  private final double[] sums;
  private final double[] logSums;

  private DistributionRows(
      RowSource source,
      String role,
      Witness.Scale scale,
      int samples,
      double floor,
      double zeroLogarithm) {
    this.source = source;
    this.table = Tables.label(role, source);
    this.scale = scale;
    this.samples = samples;
    this.floor = floor;
    this.zeroLogarithm = zeroLogarithm;
    this.columns = source.columns();
    this.stride = Kernel.padded(columns);
    this.capacity = Math.max(1, HELD_NUMBERS / stride);
    this.row = new double[columns];
    this.raw = new double[capacity * stride];
    this.probabilities = scale == Witness.Scale.PROBABILITIES ? raw : new double[raw.length];
    this.logarithms = scale == Witness.Scale.PROBABILITIES ? new double[raw.length] : raw;
    this.sums = new double[Kernel.padded(capacity)];
    this.logSums = new double[sums.length];
  }

  /**
   * Rows of a teacher, none of which may hold an entry below {@code floor} (0: no such promise).
   * The logarithm of 0 is given as a finite number, for 0·ln 0.
   */
  static DistributionRows ofTeacher(RowSource teacher, double floor) {
    return new DistributionRows(teacher, "teacher", Witness.Scale.PROBABILITIES, 1, floor, 0);
  }

  /**
   * Rows of a witness, none of which may hold an entry below {@code floor} (0: no such promise).
   */
  static DistributionRows ofWitness(Witness witness, double floor) {
    return new DistributionRows(
        witness.rows(),
        "witness",
        witness.scale(),
        witness.samples(),
        floor,
        Double.NEGATIVE_INFINITY);
  }

  /** How many rows can be read at a time. */
  int capacity() {
    return capacity;
  }

  /** How many numbers further the next row begins. */
  int stride() {
    return stride;
  }

  /** What computes here. */
  Kernel kernel() {
    return kernel;
  }

  /** The rows that were read last, each divided by its sum. */
  double[] probabilities() {
    return probabilities;
  }

  /** ln of those; of 0, a finite number for a teacher and −∞ for a witness. */
  double[] logarithms() {
    return logarithms;
  }

  /**
   * Reads rows of a table of probabilities, without their logarithms.
   *
   * @param count at most {@link #capacity}
   */
  void readProbabilities(long from, int count) {
    load(from, count, 0);
    for (int i = 0; i < count; i++) {
      kernel.divide(probabilities, i * stride, stride, checkedSum(from + i, i));
    }
    checkFloor(from, count);
  }

  /**
   * Reads rows of either scale.
   *
   * <p>ln w is ln v − ln Σv for probabilities v, and l − ln Σ exp l for log-probabilities l: the
   * logarithm of the sum is tiny, so that neither form loses digits.
   *
   * @param count at most {@link #capacity}
   * @return whether all logarithms are finite
   */
  boolean read(long from, int count) {
    boolean finite;
    if (scale == Witness.Scale.PROBABILITIES) {
      load(from, count, 1);
      finite =
          kernel.log(probabilities, logarithms, count * stride, zeroLogarithm)
              || zeroLogarithm == 0;
    } else {
      load(from, count, 0);
      finite = kernel.exp(logarithms, probabilities, count * stride);
    }
    for (int i = 0; i < count; i++) {
      fill(probabilities, i, 0);
      sums[i] = checkedSum(from + i, i);
    }
    kernel.log(sums, logSums, Kernel.padded(count), 0);
    for (int i = 0; i < count; i++) {
      kernel.divide(probabilities, i * stride, stride, sums[i]);
      kernel.subtract(logarithms, i * stride, stride, logSums[i]);
      fill(logarithms, i, 0);
    }
    checkFloor(from, count);
    return finite;
  }

  private void load(long from, int count, double filler) {
    for (int i = 0; i < count; i++) {
      source.read(from + i, row);
      System.arraycopy(row, 0, raw, i * stride, columns);
      fill(raw, i, filler);
    }
  }

  private void fill(double[] rows, int i, double filler) {
    for (int k = i * stride + columns; k < (i + 1) * stride; k++) {
      rows[k] = filler;
    }
  }

  private void checkFloor(long from, int count) {
    double lowest = Floors.lowest(floor);
    if (lowest <= 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < columns; k++) {
        double probability = probabilities[i * stride + k];
        if (probability < lowest) {
          throw new IllegalArgumentException(
              "%s: %s, column %d is the probability %s, below the floor %s that was promised"
                  .formatted(table, place(from + i), k, probability, floor));
        }
      }
    }
  }

  private double checkedSum(long number, int i) {
    double rowSum = kernel.sum(probabilities, i * stride, stride);
    if (!(Math.abs(rowSum - 1) <= SUM_TOLERANCE)) {
      throw refusal(number);
    }
    return rowSum;
  }

  /** Reads the row again, raw, and says what is wrong with it. */
  private IllegalArgumentException refusal(long number) {
    source.read(number, row);
    CompensatedSum rowSum = new CompensatedSum();
    boolean isLogarithm = scale == Witness.Scale.LOG_PROBABILITIES;
    int largest = 0;
    for (int k = 0; k < columns; k++) {
      if (Double.isNaN(row[k]) || (!isLogarithm && row[k] < 0)) {
        return new IllegalArgumentException(
            "%s: %s, column %d is %s: expected a %s"
                .formatted(
                    table,
                    place(number),
                    k,
                    row[k],
                    isLogarithm
                        ? "log-probability, −∞ to 0"
                        : "probability, 0 to 1 (log-probabilities must be declared as such)"));
      }
      rowSum.add(isLogarithm ? Elementary.exp(row[k]) : row[k]);
      if (row[k] > row[largest]) {
        largest = k;
      }
    }
    return new IllegalArgumentException(
        ("%s: %s sums to %s%s (its largest entry is column %d, %s): expected 1 within %s;"
                + " normalise the row, or check which way the table is scaled and laid out")
            .formatted(
                table,
                place(number),
                rowSum.value(),
                isLogarithm ? " after exp" : "",
                largest,
                row[largest],
                SUM_TOLERANCE));
  }

  private String place(long row) {
    long inputs = source.rows() / samples;
    return samples == 1
        ? "row %d".formatted(row)
        : "sample %d, row %d".formatted(row / inputs, row % inputs);
  }
}
