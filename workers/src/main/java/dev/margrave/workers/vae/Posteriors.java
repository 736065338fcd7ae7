package dev.margrave.workers.vae;

/**
 * q(z|x) = N(μ, diag σ²) of images.
 *
 * @param size n
 * @param latent dimensions of the code
 * @param mean μ {@code [n·latent]}
 * @param logVariance ln σ² {@code [n·latent]}
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
record Posteriors(int size, int latent, float[] mean, float[] logVariance) {
  /**
   * @throws IllegalArgumentException when an array has another length
   */
  Posteriors {
    long wanted = (long) size * latent;
    if (mean.length != wanted || logVariance.length != wanted) {
      throw new IllegalArgumentException(
          "mean [%d] and logVariance [%d] do not hold n = %d rows of latent = %d values"
              .formatted(mean.length, logVariance.length, size, latent));
    }
  }
}
