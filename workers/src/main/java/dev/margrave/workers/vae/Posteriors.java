package dev.margrave.workers.vae;

import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.TrainingEngine;

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

  /** Of a whole split. */
  static Posteriors of(TrainingEngine engine, ImageSplit split) {
    return of(engine, split, split.size());
  }

  /** Of the first {@code most} images of a split. */
  static Posteriors of(TrainingEngine engine, ImageSplit split, int most) {
    int n = Math.min(most, split.size());
    int latent = engine.spec().latent();
    int chunk = engine.spec().batch();
    float[] images = new float[chunk * engine.spec().pixels()];
    float[] mean = new float[chunk * latent];
    float[] logVariance = new float[mean.length];
    float[] means = new float[Math.multiplyExact(n, latent)];
    float[] logVariances = new float[means.length];
    for (int from = 0; from < n; from += chunk) {
      int count = Math.min(chunk, n - from);
      split.fillRange(from, count, images);
      engine.encode(images, count, mean, logVariance);
      System.arraycopy(mean, 0, means, from * latent, count * latent);
      System.arraycopy(logVariance, 0, logVariances, from * latent, count * latent);
    }
    return new Posteriors(n, latent, means, logVariances);
  }
}
