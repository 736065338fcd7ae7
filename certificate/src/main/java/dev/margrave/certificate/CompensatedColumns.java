package dev.margrave.certificate;

/** One {@link CompensatedSum} for each column of a table, laid out as two arrays. */
final class CompensatedColumns {
  private final double[] sum;
  private final double[] error;

  CompensatedColumns(int columns) {
    sum = new double[columns];
    error = new double[columns];
  }

  /** Adds one row, column by column. */
  void add(double[] row) {
    for (int k = 0; k < sum.length; k++) {
      addTo(k, row[k]);
    }
  }

  /** Adds other columns, with the errors they carry. */
  void add(CompensatedColumns other) {
    for (int k = 0; k < sum.length; k++) {
      addTo(k, other.sum[k]);
      error[k] += other.error[k];
    }
  }

  /** The column sums, each divided by {@code count}. */
  double[] means(long count) {
    double[] means = new double[sum.length];
    for (int k = 0; k < means.length; k++) {
      means[k] = (sum[k] + error[k]) / (double) count;
    }
    return means;
  }

  private void addTo(int k, double x) {
    double before = sum[k];
    double next = before + x;
    double shifted = next - before;
    error[k] += (before - (next - shifted)) + (x - shifted);
    sum[k] = next;
  }
}
