package dev.margrave.workers.teacher;

import dev.margrave.protocol.spec.TeacherSpec.Covariance;
import java.util.Arrays;

/**
 * A mixture of K Gaussians in d dimensions: p(x) = Σ_k π_k N(x | μ_k, Σ_k).
 *
 * <p>Its joint log-densities ln π_k + ln N(x | μ_k, Σ_k) are held as linear functions of the
 * point's {@link QuadraticFeatures}: natural parameters [features, K] and one offset per component.
 * In the whitened space, where points are of the size 1 and variances at least the floor φ, their
 * rounding error is about ulp·‖x‖²/φ, 10⁻¹¹ nats for φ = 10⁻³.
 */
final class GaussianMixture {
  /** A component that explains fewer points than this keeps its mean and covariance. */
  static final double LEAST_POINTS = 1e-8;

  private final QuadraticFeatures features;
  private final double[] weights;
  private final double[][] means;
  private final double[][] covariances;
  private final double[] natural;
  private final double[] offsets;

  private GaussianMixture(
      QuadraticFeatures features, double[] weights, double[][] means, double[][] covariances) {
    this.features = features;
    this.weights = weights;
    this.means = means;
    this.covariances = covariances;
    this.natural = new double[features.count() * weights.length];
    this.offsets = new double[weights.length];
    for (int k = 0; k < weights.length; k++) {
      setNatural(k);
    }
  }

  /**
   * The mixture that maximises the expected log-likelihood, every variance in every direction being
   * at least {@code floor}.
   *
   * <p>The maximum under that bound is exact, so EM never loses likelihood by it: diagonal
   * variances and, for full covariances, eigenvalues below the floor are raised to it. A component
   * that explains (almost) nothing keeps its mean and covariance from {@code before}, and the
   * smallest weight; it is left idle, not planted elsewhere, and the search's usage penalty sees
   * it.
   *
   * @param counts Σ_i r_ik, [K]
   * @param sums Σ_i features(x_i)·r_ik, [features, K]
   * @param before the mixture that the responsibilities came from, or null at the start, when every
   *     component explains at least one point
   */
  static GaussianMixture maximising(
      QuadraticFeatures features,
      double[] counts,
      double[] sums,
      double floor,
      GaussianMixture before) {
    int components = counts.length;
    double[] weights = new double[components];
    double[][] means = new double[components][];
    double[][] covariances = new double[components][];
    for (int k = 0; k < components; k++) {
      weights[k] = Math.max(counts[k], LEAST_POINTS);
      if (counts[k] < LEAST_POINTS && before != null) {
        means[k] = before.means[k];
        covariances[k] = before.covariances[k];
      } else {
        means[k] = mean(features.dimensions(), sums, k, components, weights[k]);
        covariances[k] = covariance(features, sums, k, components, weights[k], means[k]);
        raiseToFloor(features, covariances[k], floor);
      }
    }
    double total = Arrays.stream(weights).sum();
    for (int k = 0; k < components; k++) {
      weights[k] /= total;
    }
    return new GaussianMixture(features, weights, means, covariances);
  }

  QuadraticFeatures features() {
    return features;
  }

  int components() {
    return weights.length;
  }

  /** π_k. */
  double weight(int k) {
    return weights[k];
  }

  /** μ_k, [d]. */
  double[] mean(int k) {
    return means[k].clone();
  }

  /** Σ_k, [d] when diagonal, [d, d] when full. */
  double[] covariance(int k) {
    return covariances[k].clone();
  }

  /** Natural parameters, [features, K] row by row; not to be written to. */
  double[] natural() {
    return natural;
  }

  /** What is added to features·natural to give joint log-densities, [K]; not to be written to. */
  double[] offsets() {
    return offsets;
  }

  private static double[] mean(int d, double[] sums, int k, int components, double count) {
    double[] mean = new double[d];
    for (int j = 0; j < d; j++) {
      mean[j] = sums[j * components + k] / count;
    }
    return mean;
  }

  private static double[] covariance(
      QuadraticFeatures features,
      double[] sums,
      int k,
      int components,
      double count,
      double[] mean) {
    int d = features.dimensions();
    int feature = d;
    if (features.covariance() == Covariance.DIAGONAL) {
      double[] variances = new double[d];
      for (int j = 0; j < d; j++) {
        variances[j] = sums[feature++ * components + k] / count - mean[j] * mean[j];
      }
      return variances;
    }
    double[] covariance = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = i; j < d; j++) {
        double entry = sums[feature++ * components + k] / count - mean[i] * mean[j];
        covariance[i * d + j] = entry;
        covariance[j * d + i] = entry;
      }
    }
    return covariance;
  }

  private static void raiseToFloor(QuadraticFeatures features, double[] covariance, double floor) {
    int d = features.dimensions();
    if (features.covariance() == Covariance.DIAGONAL) {
      for (int j = 0; j < d; j++) {
        covariance[j] = Math.max(covariance[j], floor);
      }
      return;
    }
    if (Cholesky.ofOrNull(covariance, d, floor) != null) {
      return;
    }
    SymmetricEigen eigen = SymmetricEigen.of(covariance, d);
    Arrays.fill(covariance, 0);
    for (int e = 0; e < d; e++) {
      double value = Math.max(eigen.values()[e], floor);
      for (int i = 0; i < d; i++) {
        double scaled = value * eigen.vectors()[e * d + i];
        for (int j = 0; j < d; j++) {
          covariance[i * d + j] += scaled * eigen.vectors()[e * d + j];
        }
      }
    }
  }

  private void setNatural(int k) {
    int d = features.dimensions();
    int components = weights.length;
    double[] mean = means[k];
    double logDeterminant = 0;
    double meanSquare = 0;
    int feature = d;
    if (features.covariance() == Covariance.DIAGONAL) {
      for (int j = 0; j < d; j++) {
        double precision = 1 / covariances[k][j];
        natural[j * components + k] = precision * mean[j];
        natural[feature++ * components + k] = -precision / 2;
        logDeterminant += Math.log(covariances[k][j]);
        meanSquare += precision * mean[j] * mean[j];
      }
    } else {
      Cholesky factor = Cholesky.ofOrNull(covariances[k], d, 0);
      if (factor == null) {
        throw new ArithmeticException(
            "The covariance of mixture component " + k + " is not positive definite.");
      }
      logDeterminant = factor.logDeterminant();
      double[] precision = factor.inverse();
      for (int i = 0; i < d; i++) {
        double product = 0;
        for (int j = 0; j < d; j++) {
          product += precision[i * d + j] * mean[j];
        }
        natural[i * components + k] = product;
        meanSquare += product * mean[i];
        for (int j = i; j < d; j++) {
          double half = precision[i * d + j] / 2;
          natural[feature++ * components + k] = i == j ? -half : -2 * half;
        }
      }
    }
    offsets[k] =
        Math.log(weights[k]) - (d * Math.log(2 * Math.PI) + logDeterminant + meanSquare) / 2;
  }
}
