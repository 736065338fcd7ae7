package dev.margrave.certificate;

import java.util.Arrays;

/** One {@link CompensatedSum} for each column of a table, laid out as two padded rows. */
final class CompensatedColumns {
  private final int columns;
  private final double[] sums;
  private final double[] errors;

  CompensatedColumns(int columns) {
    this.columns = columns;
    sums = new double[Kernel.padded(columns)];
    errors = new double[sums.length];
  }

  /** Adds one padded row, which begins at {@code from}, column by column. */
  void add(Kernel kernel, double[] rows, int from) {
    kernel.addTo(sums, errors, rows, from);
  }

  /** Adds other columns, with the errors they carry. */
  void add(Kernel kernel, CompensatedColumns other) {
    kernel.addTo(sums, errors, other.sums, 0);
    for (int k = 0; k < columns; k++) {
      errors[k] += other.errors[k];
    }
  }

  /** The column sums, each divided by {@code count}, as a padded row. */
  double[] means(long count) {
    double[] means = new double[sums.length];
    Arrays.setAll(means, k -> (sums[k] + errors[k]) / (double) count);
    return means;
  }
}
