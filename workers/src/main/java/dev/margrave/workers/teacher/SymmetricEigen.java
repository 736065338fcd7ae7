package dev.margrave.workers.teacher;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub and
 * Van Loan, "Matrix Computations", 4th ed., section 8.5).
 *
 * <p><b>Shapes.</b> {@code values: [n]}, falling; {@code vectors: [n, n]}, row j the unit
 * eigenvector of value j. <b>Accuracy.</b> Absolute errors of a few n·ulp of the largest value.
 * <b>Cost.</b> About 10 n³ operations a sweep, 6 to 10 sweeps: for n up to a few hundred.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SymmetricEigen(double[] values, double[] vectors) {
  /** Convergence is quadratic; more sweeps than this only happen to numbers that are not finite. */
  private static final int MAX_SWEEPS = 60;

  /** Off-diagonal entries below this share of the matrix's norm are rounding. */
  private static final double NEGLIGIBLE = 1e-17;

  /**
   * Decomposes.
   *
   * @param matrix [n, n] row by row; left as it is
   * @throws ArithmeticException if an entry is not finite
   */
  static SymmetricEigen of(double[] matrix, int n) {
    double[] a = matrix.clone();
    double[] vectors = new double[n * n];
    double squares = 0;
    for (double entry : a) {
      squares += entry * entry;
    }
    for (int i = 0; i < n; i++) {
      vectors[i * n + i] = 1;
    }
    double negligible = Math.sqrt(squares) * NEGLIGIBLE;
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      if (!sweep(a, vectors, n, negligible)) {
        return sorted(a, vectors, n);
      }
    }
    throw new ArithmeticException(
        "The eigenvalues of a symmetric " + n + "×" + n + " matrix were not found.");
  }

  /** Rotates every entry above the diagonal to zero once; false when there was none to rotate. */
  private static boolean sweep(double[] a, double[] vectors, int n, double negligible) {
    boolean rotated = false;
    for (int p = 0; p < n - 1; p++) {
      for (int q = p + 1; q < n; q++) {
        double apq = a[p * n + q];
        if (Math.abs(apq) <= negligible) {
          continue;
        }
        rotated = true;
        double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(t * t + 1);
        rotate(a, vectors, n, p, q, cosine, t * cosine);
      }
    }
    return rotated;
  }

  private static void rotate(
      double[] a, double[] vectors, int n, int p, int q, double cosine, double sine) {
    for (int i = 0; i < n; i++) {
      double ip = a[i * n + p];
      double iq = a[i * n + q];
      a[i * n + p] = cosine * ip - sine * iq;
      a[i * n + q] = sine * ip + cosine * iq;
    }
    rotateRows(a, n, p, q, cosine, sine);
    rotateRows(vectors, n, p, q, cosine, sine);
    a[p * n + q] = 0;
    a[q * n + p] = 0;
  }

  private static void rotateRows(double[] m, int n, int p, int q, double cosine, double sine) {
    int rowP = p * n;
    int rowQ = q * n;
    for (int i = 0; i < n; i++) {
      double pi = m[rowP + i];
      double qi = m[rowQ + i];
      m[rowP + i] = cosine * pi - sine * qi;
      m[rowQ + i] = sine * pi + cosine * qi;
    }
  }

  private static SymmetricEigen sorted(double[] a, double[] vectors, int n) {
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> -a[j * n + j]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = Arrays.stream(order).mapToDouble(j -> a[j * n + j]).toArray();
    double[] rows = new double[n * n];
    for (int j = 0; j < n; j++) {
      System.arraycopy(vectors, order[j] * n, rows, j * n, n);
    }
    return new SymmetricEigen(values, rows);
  }
}
