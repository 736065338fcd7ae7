package dev.margrave.workers.teacher;

/**
 * The Cholesky factor L of a small symmetric positive definite matrix, A = L·Lᵀ (Golub and Van
 * Loan, "Matrix Computations", 4th ed., section 4.2).
 */
final class Cholesky {
  private final int n;
  private final double[] lower;

  private Cholesky(int n, double[] lower) {
    this.n = n;
    this.lower = lower;
  }

  /**
   * The factor of A − shift·I, or null if that is not positive definite.
   *
   * @param matrix A [n, n] row by row, left as it is
   */
  static Cholesky ofOrNull(double[] matrix, int n, double shift) {
    double[] lower = new double[n * n];
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double sum = matrix[i * n + j] - (i == j ? shift : 0);
        for (int k = 0; k < j; k++) {
          sum -= lower[i * n + k] * lower[j * n + k];
        }
        if (i > j) {
          lower[i * n + j] = sum / lower[j * n + j];
        } else if (sum > 0) {
          lower[j * n + j] = Math.sqrt(sum);
        } else {
          return null;
        }
      }
    }
    return new Cholesky(n, lower);
  }

  /** ln|A|. */
  double logDeterminant() {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.log(lower[i * n + i]);
    }
    return 2 * sum;
  }

  /** A⁻¹ = L⁻ᵀ·L⁻¹, [n, n] row by row. */
  double[] inverse() {
    // Row j of this is column j of L⁻¹, so that both loops below read along rows.
    double[] columns = new double[n * n];
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double sum = i == j ? 1 : 0;
        for (int k = j; k < i; k++) {
          sum -= lower[i * n + k] * columns[j * n + k];
        }
        columns[j * n + i] = sum / lower[i * n + i];
      }
    }
    double[] inverse = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = i; k < n; k++) {
          sum += columns[i * n + k] * columns[j * n + k];
        }
        inverse[i * n + j] = sum;
        inverse[j * n + i] = sum;
      }
    }
    return inverse;
  }
}
