package dev.margrave.workers.teacher;

import dev.margrave.protocol.spec.TeacherSpec.Covariance;

/**
 * The numbers of a point that a Gaussian's log-density is linear in: its coordinates and their
 * squares (diagonal) or all their products (full). With them a mixture's E-step is one matrix
 * product and its M-step another.
 *
 * <p>Order: x_0 … x_{d−1}, then x_0² … x_{d−1}² (diagonal), or x_i·x_j for i = 0 … d−1 and j = i …
 * d−1 (full).
 */
final class QuadraticFeatures {
  private final int dimensions;
  private final Covariance covariance;

  QuadraticFeatures(int dimensions, Covariance covariance) {
    this.dimensions = dimensions;
    this.covariance = covariance;
  }

  int dimensions() {
    return dimensions;
  }

  Covariance covariance() {
    return covariance;
  }

  /** Numbers per point: 2d or d + d(d+1)/2. */
  int count() {
    return switch (covariance) {
      case DIAGONAL -> 2 * dimensions;
      case FULL -> dimensions + dimensions * (dimensions + 1) / 2;
    };
  }

  /**
   * Writes the features of {@code rows} points to the front of {@code into}, [rows, count].
   *
   * @param points [·, stride] row by row, of which the first d columns count
   */
  void fill(double[] points, int stride, int from, int rows, double[] into) {
    int count = count();
    for (int row = 0; row < rows; row++) {
      int point = (from + row) * stride;
      int out = row * count;
      System.arraycopy(points, point, into, out, dimensions);
      out += dimensions;
      for (int i = 0; i < dimensions; i++) {
        double xi = points[point + i];
        int end = covariance == Covariance.FULL ? dimensions : i + 1;
        for (int j = i; j < end; j++) {
          into[out + j - i] = xi * points[point + j];
        }
        out += end - i;
      }
    }
  }
}
