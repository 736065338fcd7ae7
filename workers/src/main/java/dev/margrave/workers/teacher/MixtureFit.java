package dev.margrave.workers.teacher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Gaussian mixture fitted by expectation and maximisation (Dempster, Laird, Rubin 1977).
 *
 * <p>Starts from the hard clusters given, then alternates until the mean log-likelihood grows by
 * less than the tolerance's share of its size (at least 1 nat), or the limit is reached. It never
 * falls, rounding aside.
 *
 * @param mixture the fit
 * @param meanLogLikelihoods nats per point, after each E-step; the last one belongs to {@code
 *     mixture}
 * @param converged false when the limit stopped it
 * @param idleComponents components that explain less than one point
 */
record MixtureFit(
    GaussianMixture mixture,
    List<Double> meanLogLikelihoods,
    boolean converged,
    int idleComponents) {

  /** Is told after each E-step. */
  @FunctionalInterface
  interface Listener {
    void onIteration(int iteration, double meanLogLikelihoodNats);
  }

  /** E-steps done. */
  int iterations() {
    return meanLogLikelihoods.size();
  }

  /** Of the fitted points under the fit. */
  double meanLogLikelihood() {
    return meanLogLikelihoods.get(meanLogLikelihoods.size() - 1);
  }

  /**
   * Fits.
   *
   * @param labels cluster of each point; every cluster has one
   * @throws ArithmeticException if the likelihood is not finite
   */
  static MixtureFit of(
      Points points,
      QuadraticFeatures features,
      int components,
      int[] labels,
      MixtureSettings settings,
      Listener listener,
      CancellationCheck cancellation) {
    try (Responsibilities responsibilities = new Responsibilities(features, components)) {
      double floor = settings.covarianceFloor();
      GaussianMixture mixture =
          fromLabels(points, features, components, labels, floor, responsibilities);
      List<Double> trace = new ArrayList<>();
      while (true) {
        double[] counts = new double[components];
        double mean = expect(mixture, points, responsibilities, counts, cancellation);
        trace.add(mean);
        listener.onIteration(trace.size(), mean);
        boolean converged = converged(trace, settings.relativeTolerance());
        if (converged || trace.size() == settings.maxIterations()) {
          return new MixtureFit(mixture, List.copyOf(trace), converged, idle(counts));
        }
        mixture =
            GaussianMixture.maximising(features, counts, responsibilities.sums(), floor, mixture);
      }
    }
  }

  private static GaussianMixture fromLabels(
      Points points,
      QuadraticFeatures features,
      int components,
      int[] labels,
      double floor,
      Responsibilities responsibilities) {
    double[] counts = new double[components];
    double[] block = new double[Responsibilities.BLOCK_POINTS * components];
    responsibilities.begin();
    for (int first = 0; first < points.rows(); first += Responsibilities.BLOCK_POINTS) {
      int rows = Math.min(Responsibilities.BLOCK_POINTS, points.rows() - first);
      Arrays.fill(block, 0);
      for (int i = 0; i < rows; i++) {
        block[i * components + labels[first + i]] = 1;
        counts[labels[first + i]]++;
      }
      responsibilities.accumulate(points, first, block, rows);
    }
    return GaussianMixture.maximising(features, counts, responsibilities.sums(), floor, null);
  }

  /** Fills the sums and counts with the mixture's responsibilities; the mean log-likelihood. */
  private static double expect(
      GaussianMixture mixture,
      Points points,
      Responsibilities responsibilities,
      double[] counts,
      CancellationCheck cancellation) {
    int components = counts.length;
    double total =
        responsibilities.forEach(
            mixture,
            points,
            cancellation,
            (block, first, rows) -> {
              for (int i = 0; i < rows; i++) {
                for (int k = 0; k < components; k++) {
                  int at = i * components + k;
                  block[at] = Math.exp(block[at]);
                  counts[k] += block[at];
                }
              }
              responsibilities.accumulate(block, rows);
            });
    double mean = total / points.rows();
    if (!Double.isFinite(mean)) {
      throw new ArithmeticException(
          "The mean log-likelihood of a mixture of "
              + components
              + " Gaussians became "
              + mean
              + ".");
    }
    return mean;
  }

  private static boolean converged(List<Double> trace, double relativeTolerance) {
    if (trace.size() < 2) {
      return false;
    }
    double last = trace.get(trace.size() - 1);
    double gain = last - trace.get(trace.size() - 2);
    return gain < relativeTolerance * Math.max(1, Math.abs(last));
  }

  private static int idle(double[] counts) {
    int idle = 0;
    for (double count : counts) {
      idle += count < 1 ? 1 : 0;
    }
    return idle;
  }
}
