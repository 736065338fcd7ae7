package dev.margrave.workers.teacher;

import java.util.function.IntPredicate;

/**
 * Takes each pixel to mean 0 and standard deviation 1: (x − mean) / max(deviation, floor).
 *
 * @param rows that it was fitted to
 * @param mean per column
 * @param scale per column, 1 / max(deviation, floor); deviations have the divisor n − 1
 * @param totalVariance of the standardised columns, summed; a column above the floor adds 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Standardisation(int rows, double[] mean, double[] scale, double totalVariance) {

  /** Fits to the chosen rows, of which there are at least 2. */
  static Standardisation fit(PixelBlocks pixels, IntPredicate chosen, double deviationFloor) {
    int columns = pixels.columns();
    // Sums are of differences from the first row: no cancellation when all values are large.
    double[] shift = new double[columns];
    double[] sums = new double[columns];
    double[] squares = new double[columns];
    int[] seen = new int[1];
    pixels.forEach(
        chosen,
        (block, first, rows) -> {
          if (first == 0) {
            System.arraycopy(block, 0, shift, 0, columns);
          }
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              double difference = block[i * columns + j] - shift[j];
              sums[j] += difference;
              squares[j] += difference * difference;
            }
          }
          seen[0] += rows;
        });
    int n = seen[0];
    double[] mean = new double[columns];
    double[] scale = new double[columns];
    double totalVariance = 0;
    for (int j = 0; j < columns; j++) {
      mean[j] = shift[j] + sums[j] / n;
      double variance = Math.max(0, (squares[j] - sums[j] * sums[j] / n) / (n - 1));
      scale[j] = 1 / Math.max(Math.sqrt(variance), deviationFloor);
      totalVariance += variance * scale[j] * scale[j];
    }
    return new Standardisation(n, mean, scale, totalVariance);
  }

  /** Standardises the first rows of a block in place. */
  void apply(double[] block, int rows) {
    int columns = mean.length;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        block[i * columns + j] = (block[i * columns + j] - mean[j]) * scale[j];
      }
    }
  }
}
