package dev.margrave.workers.teacher;

import dev.margrave.workers.engine.Engines;
import dev.margrave.workers.engine.StreamedProducts;
import dev.margrave.workers.random.IndexedRandom;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Principal components of standardised pixels by randomised subspace iteration, and the projection
 * onto them.
 *
 * <p>C being the covariance of the standardised rows, V starts as l = d + oversampling random
 * directions and becomes orth(C·V) as often as there are power iterations; then the eigenvectors of
 * VᵀCV are rotated back. C is never formed: C·V = Xᵀ(X·V)/(n−1) is summed over blocks of rows. The
 * entry of largest size in each component is made positive, the first of equals.
 *
 * <p>Projections are whitened: divided by the component's standard deviation on the fitted rows.
 *
 * <p><b>Source.</b> Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53
 * (2011), algorithms 4.4 and 5.3. <b>Memory.</b> A few blocks and a few [columns, l].
 */
final class PrincipalComponents {
  /** A component below this share of the first one's variance is rounding. */
  static final double NEGLIGIBLE_VARIANCE = 1e-9;

  private final Standardisation standardisation;
  private final PcaSummary summary;
  private final double[] directions;
  private final double[] whitening;

  private PrincipalComponents(
      Standardisation standardisation, PcaSummary summary, double[] directions) {
    this.standardisation = standardisation;
    this.summary = summary;
    this.directions = directions;
    int dimensions = summary.variances().size();
    this.whitening = new double[directions.length];
    for (int i = 0; i < directions.length; i++) {
      whitening[i] = directions[i] / Math.sqrt(summary.variances().get(i % dimensions));
    }
  }

  /**
   * Finds the first {@code dimensions} components of the chosen rows.
   *
   * @param passDone run after each pass over the pixels
   * @throws TeacherSearchException if the rows vary in fewer directions
   */
  static PrincipalComponents fit(
      PixelBlocks pixels,
      IntPredicate chosen,
      int dimensions,
      PcaSettings settings,
      IndexedRandom random,
      Runnable passDone) {
    Standardisation standardisation =
        Standardisation.fit(pixels, chosen, settings.deviationFloor());
    passDone.run();
    int rows = standardisation.rows();
    int columns = pixels.columns();
    refuseConstant(standardisation);
    int width = Math.min(dimensions + settings.oversampling(), Math.min(columns, rows));
    double[] basis = new double[columns * width];
    Arrays.setAll(basis, random::normal);
    orthonormalise(basis, columns, width);
    double[] image;
    try (StreamedProducts products = Engines.here().products(pixels.blockRows(), columns, width)) {
      for (int iteration = 0; ; iteration++) {
        image = covarianceTimes(basis, pixels, chosen, standardisation, products, width);
        passDone.run();
        if (iteration == settings.powerIterations()) {
          break;
        }
        basis = image;
        orthonormalise(basis, columns, width);
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(inner(basis, image, columns, width), width);
    PcaSummary summary = summary(eigen, standardisation, columns, dimensions);
    double[] directions = rotate(basis, eigen, columns, width, dimensions);
    return new PrincipalComponents(standardisation, summary, directions);
  }

  PcaSummary summary() {
    return summary;
  }

  /** [columns, d] row by row; column j is the unit vector of component j. */
  double[] directions() {
    return directions.clone();
  }

  /** Whitened projections of all rows, [rows, d] row by row. */
  double[] project(PixelBlocks pixels) {
    int dimensions = summary.variances().size();
    double[] projected = new double[Math.multiplyExact(pixels.rows(), dimensions)];
    double[] block = new double[pixels.blockRows() * dimensions];
    try (StreamedProducts products =
        Engines.here().products(pixels.blockRows(), pixels.columns(), dimensions)) {
      products.begin(whitening);
      pixels.forEach(
          row -> true,
          (numbers, first, rows) -> {
            standardisation.apply(numbers, rows);
            products.forward(numbers, rows, block);
            System.arraycopy(block, 0, projected, first * dimensions, rows * dimensions);
          });
    }
    return projected;
  }

  private static double[] covarianceTimes(
      double[] basis,
      PixelBlocks pixels,
      IntPredicate chosen,
      Standardisation standardisation,
      StreamedProducts products,
      int width) {
    double[] scores = new double[pixels.blockRows() * width];
    products.begin(basis);
    pixels.forEach(
        chosen,
        (block, first, rows) -> {
          standardisation.apply(block, rows);
          products.forward(block, rows, scores);
          products.backward(scores, rows);
        });
    double[] sum = products.sum();
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= standardisation.rows() - 1;
    }
    return sum;
  }

  /**
   * Gram and Schmidt, each column twice ("twice is enough": Giraud, Langou, Rozložník 2005). A
   * column that depends on the ones before it becomes zero.
   */
  private static void orthonormalise(double[] matrix, int rows, int columns) {
    double[][] vectors = new double[columns][rows];
    for (int j = 0; j < columns; j++) {
      double[] vector = vectors[j];
      for (int i = 0; i < rows; i++) {
        vector[i] = matrix[i * columns + j];
      }
      double before = norm(vector);
      for (int repeat = 0; repeat < 2; repeat++) {
        for (int k = 0; k < j; k++) {
          double product = dot(vectors[k], vector);
          for (int i = 0; i < rows; i++) {
            vector[i] -= product * vectors[k][i];
          }
        }
      }
      double norm = norm(vector);
      double factor = norm > 1e-12 * before ? 1 / norm : 0;
      for (int i = 0; i < rows; i++) {
        vector[i] *= factor;
        matrix[i * columns + j] = vector[i];
      }
    }
  }

  private static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The symmetric part of VᵀW, [columns, columns]. */
  private static double[] inner(double[] v, double[] w, int rows, int columns) {
    double[] product = new double[columns * columns];
    for (int i = 0; i < rows; i++) {
      for (int a = 0; a < columns; a++) {
        double factor = v[i * columns + a];
        for (int b = 0; b < columns; b++) {
          product[a * columns + b] += factor * w[i * columns + b];
        }
      }
    }
    for (int a = 0; a < columns; a++) {
      for (int b = 0; b < a; b++) {
        double mean = (product[a * columns + b] + product[b * columns + a]) / 2;
        product[a * columns + b] = mean;
        product[b * columns + a] = mean;
      }
    }
    return product;
  }

  private static double[] rotate(
      double[] basis, SymmetricEigen eigen, int columns, int width, int dimensions) {
    double[] directions = new double[columns * dimensions];
    for (int j = 0; j < dimensions; j++) {
      double largest = 0;
      for (int i = 0; i < columns; i++) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
          sum += basis[i * width + k] * eigen.vectors()[j * width + k];
        }
        directions[i * dimensions + j] = sum;
        if (Math.abs(sum) > Math.abs(largest)) {
          largest = sum;
        }
      }
      if (largest < 0) {
        for (int i = 0; i < columns; i++) {
          directions[i * dimensions + j] = -directions[i * dimensions + j];
        }
      }
    }
    return directions;
  }

  private static void refuseConstant(Standardisation standardisation) {
    if (!(standardisation.totalVariance() > 0)) {
      throw new TeacherSearchException(
          String.format(
              "All %d images that a teacher would be fitted to are alike; give images that differ.",
              standardisation.rows()));
    }
  }

  private static PcaSummary summary(
      SymmetricEigen eigen, Standardisation standardisation, int columns, int dimensions) {
    double[] values = eigen.values();
    int directions = 0;
    while (directions < values.length && values[directions] > NEGLIGIBLE_VARIANCE * values[0]) {
      directions++;
    }
    if (directions < dimensions) {
      throw new TeacherSearchException(
          String.format(
              "The %d images that a teacher would be fitted to vary in only %d directions, fewer"
                  + " than the %d principal components asked for; ask for at most %d, or give more"
                  + " images.",
              standardisation.rows(), directions, dimensions, directions));
    }
    return new PcaSummary(
        standardisation.rows(),
        columns,
        Arrays.stream(values, 0, dimensions).boxed().toList(),
        standardisation.totalVariance());
  }
}
