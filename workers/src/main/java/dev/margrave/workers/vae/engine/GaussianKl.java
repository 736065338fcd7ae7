package dev.margrave.workers.vae.engine;

/** KL divergence of diagonal Gaussians from the standard normal, in closed form. */
public final class GaussianKl {
  private GaussianKl() {}

  /**
   * Mean KL of each latent dimension: out_d = (1/n) Σ_i ½(μ² + σ² − 1 − ln σ²); their sum is the
   * KL(q‖N(0, I)) of the loss.
   *
   * <p><b>Shapes.</b> {@code mean}, {@code logVariance}: at least n·latent. <b>Units.</b> nats.<br>
   * <b>Accuracy.</b> Double; {@code expm1} keeps values near 0 from cancelling.<br>
   * <b>Source.</b> Kingma and Welling 2013, appendix B.
   *
   * @throws IllegalArgumentException when an array is too short, or n or latent is not positive
   */
  public static double[] perDimension(float[] mean, float[] logVariance, int n, int latent) {
    if (n < 1
        || latent < 1
        || mean.length < (long) n * latent
        || logVariance.length < (long) n * latent) {
      throw new IllegalArgumentException(
          "mean [%d] and logVariance [%d] do not hold n = %d rows of latent = %d values"
              .formatted(mean.length, logVariance.length, n, latent));
    }
    double[] sums = new double[latent];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < latent; d++) {
        sums[d] += of(mean[i * latent + d], logVariance[i * latent + d]);
      }
    }
    for (int d = 0; d < latent; d++) {
      sums[d] /= n;
    }
    return sums;
  }

  /** KL(N(μ, σ²) ‖ N(0, 1)) in nats. */
  public static double of(double mean, double logVariance) {
    return 0.5 * (mean * mean + (StrictMath.expm1(logVariance) - logVariance));
  }
}
