package dev.margrave.workers.vae;

import dev.margrave.protocol.spec.VaeSpec;

/**
 * −ln p(x|x): the nats that a decoder pays which gives every pixel its own value. For a Bernoulli
 * pixel that is its entropy −x ln x − (1 − x) ln(1 − x), for a Gaussian one ½ ln 2π.
 */
final class BestReconstruction {
  private static final int LEVELS = 256;
  private static final double HALF_LOG_TWO_PI = 0.5 * StrictMath.log(2 * Math.PI);

  private final boolean bernoulli;

  /**
   * By the level of an 8-bit pixel: a logarithm per pixel and step would be a tenth of the step.
   */
  private final double[] entropies = new double[LEVELS];

  BestReconstruction(VaeSpec.Likelihood likelihood) {
    bernoulli = likelihood == VaeSpec.Likelihood.BERNOULLI;
    for (int level = 0; level < LEVELS; level++) {
      entropies[level] = entropy(level / (LEVELS - 1f));
    }
  }

  /** The mean over {@code count} images of {@code pixels} values each. */
  double meanNats(float[] images, int count, int pixels) {
    if (!bernoulli) {
      return pixels * HALF_LOG_TWO_PI;
    }
    double sum = 0;
    for (int i = 0; i < count * pixels; i++) {
      float value = images[i];
      int level = Math.min(LEVELS - 1, Math.max(0, Math.round(value * (LEVELS - 1))));
      sum += level / (LEVELS - 1f) == value ? entropies[level] : entropy(value);
    }
    return sum / count;
  }

  private static double entropy(double value) {
    return -xLogX(value) - xLogX(1 - value);
  }

  private static double xLogX(double value) {
    return value > 0 ? value * StrictMath.log(value) : 0;
  }
}
