package dev.margrave.workers.teacher;

/**
 * Of a Gaussian mixture's fit by EM.
 *
 * @param lloydIterations of k-means between the k-means++ start and EM, ≥ 0
 * @param maxIterations of EM, ≥ 1
 * @param relativeTolerance EM has converged when the mean log-likelihood per image grows by less
 *     than this share of its size (at least 1 nat), in (0, 1). Stopping early generalises: on
 *     10,000 CIFAR-100 images 10⁻⁵ doubles the iterations and loses 0.01 to 0.09 nats of held-out
 *     information against 10⁻⁴
 * @param covarianceFloor smallest variance of a component in any direction, as a share of the
 *     data's variance in the whitened space, in (0, 1): it keeps a component from shrinking onto
 *     one image
 */
public record MixtureSettings(
    int lloydIterations, int maxIterations, double relativeTolerance, double covarianceFloor) {
  /** Good for up to some 100 components in up to some 100 dimensions. */
  public static final MixtureSettings DEFAULTS = new MixtureSettings(10, 60, 1e-4, 1e-3);

  public MixtureSettings {
    if (lloydIterations < 0) {
      throw new IllegalArgumentException(
          "lloydIterations is " + lloydIterations + "; give a whole number ≥ 0.");
    }
    if (maxIterations < 1) {
      throw new IllegalArgumentException(
          "maxIterations is " + maxIterations + "; give a whole number ≥ 1.");
    }
    if (!(relativeTolerance > 0 && relativeTolerance < 1)) {
      throw new IllegalArgumentException(
          "relativeTolerance is " + relativeTolerance + "; give a number in (0, 1).");
    }
    if (!(covarianceFloor > 0 && covarianceFloor < 1)) {
      throw new IllegalArgumentException(
          "covarianceFloor is " + covarianceFloor + "; give a number in (0, 1).");
    }
  }
}
