package dev.margrave.workers.teacher;

import dev.margrave.workers.engine.Engines;
import dev.margrave.workers.engine.StreamedProducts;

/**
 * Which component of a mixture explains which point: ln r_ik = ln π_k N(x_i | μ_k, Σ_k) − ln
 * p(x_i), for points that come in blocks.
 */
final class Responsibilities implements AutoCloseable {
  /** Points at once: their features stay near the processor, and the products stay efficient. */
  static final int BLOCK_POINTS = 512;

  private final QuadraticFeatures features;
  private final int components;
  private final StreamedProducts products;
  private final double[] featureBlock;
  private final double[] block;

  Responsibilities(QuadraticFeatures features, int components) {
    this.features = features;
    this.components = components;
    this.products = Engines.here().products(BLOCK_POINTS, features.count(), components);
    this.featureBlock = new double[BLOCK_POINTS * features.count()];
    this.block = new double[BLOCK_POINTS * components];
  }

  /** Takes ln r of a block, [rows, K] row by row; may overwrite it. */
  @FunctionalInterface
  interface Consumer {
    void accept(double[] logResponsibilities, int first, int rows);
  }

  /**
   * Hands on the log responsibilities of all points, block by block.
   *
   * @return Σ_i ln p(x_i)
   */
  double forEach(
      GaussianMixture mixture, Points points, CancellationCheck cancellation, Consumer consumer) {
    products.begin(mixture.natural());
    double logLikelihood = 0;
    for (int first = 0; first < points.rows(); first += BLOCK_POINTS) {
      cancellation.throwIfCancelled();
      int rows = Math.min(BLOCK_POINTS, points.rows() - first);
      features.fill(points.values(), points.stride(), first, rows, featureBlock);
      products.forward(featureBlock, rows, block);
      logLikelihood += normalise(mixture.offsets(), rows);
      consumer.accept(block, first, rows);
    }
    return logLikelihood;
  }

  /** Adds the block of points that was handed on last, weighted, to {@link #sums}. */
  void accumulate(double[] weights, int rows) {
    products.backward(weights, rows);
  }

  /** Prepares {@link #accumulate} for weights that come from no mixture. */
  void begin() {
    products.begin(new double[features.count() * components]);
  }

  /** Adds points {@code first} to {@code first + rows − 1}, weighted, to {@link #sums}. */
  void accumulate(Points points, int first, double[] weights, int rows) {
    features.fill(points.values(), points.stride(), first, rows, featureBlock);
    products.load(featureBlock, rows);
    products.backward(weights, rows);
  }

  /** Σ features(x_i)·weight_ik, [features, K]. */
  double[] sums() {
    return products.sum();
  }

  /** Joint log-densities to log responsibilities, by log-sum-exp; the sum of the ln p(x_i). */
  private double normalise(double[] offsets, int rows) {
    double total = 0;
    for (int row = 0; row < rows; row++) {
      int at = row * components;
      double largest = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < components; k++) {
        block[at + k] += offsets[k];
        largest = Math.max(largest, block[at + k]);
      }
      double sum = 0;
      for (int k = 0; k < components; k++) {
        sum += Math.exp(block[at + k] - largest);
      }
      double logDensity = largest + Math.log(sum);
      for (int k = 0; k < components; k++) {
        block[at + k] -= logDensity;
      }
      total += logDensity;
    }
    return total;
  }

  @Override
  public void close() {
    products.close();
  }
}
