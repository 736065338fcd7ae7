package dev.margrave.workers.vae;

import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import dev.margrave.workers.vae.engine.TrainingEngine;

/**
 * An estimate of the mutual information of image and code under the aggregate posterior.
 *
 * <p>I = (1/N) Σ_i [E ln q(z|x_i) − ln (1/N) Σ_j q(z_i|x_j)], z_i one sample of q(z|x_i), the first
 * term in closed form: −½ Σ_d (1 + ln 2π + ln σ²). In nats, at most about ln N; the sum over j has
 * i in it, which biases it low.
 *
 * <p><b>Source.</b> He et al. 2019, section 4.2, after Hoffman and Johnson 2016.
 */
final class CodeInformation {
  private static final double LOG_TWO_PI = StrictMath.log(2 * Math.PI);

  private CodeInformation() {}

  /** On the first {@code most} images of a split. */
  static double nats(TrainingEngine engine, ImageSplit split, int most, long seed) {
    int n = Math.min(most, split.size());
    int latent = engine.spec().latent();
    float[] images = new float[engine.spec().batch() * engine.spec().pixels()];
    float[] mean = new float[n * latent];
    float[] logVariance = new float[n * latent];
    float[] meanOfChunk = new float[engine.spec().batch() * latent];
    float[] logVarianceOfChunk = new float[meanOfChunk.length];
    for (int from = 0; from < n; from += engine.spec().batch()) {
      int count = Math.min(engine.spec().batch(), n - from);
      split.fillRange(from, count, images);
      engine.encode(images, count, meanOfChunk, logVarianceOfChunk);
      System.arraycopy(meanOfChunk, 0, mean, from * latent, count * latent);
      System.arraycopy(logVarianceOfChunk, 0, logVariance, from * latent, count * latent);
    }
    return nats(mean, logVariance, n, latent, seed);
  }

  /** Of those posteriors, {@code [n·latent]} each. */
  static double nats(float[] mean, float[] logVariance, int n, int latent, long seed) {
    float[] noise = new float[n * latent];
    new CounterRandom(seed, Stream.INFORMATION_NOISE, 0).fillGaussian(noise);
    double[] precision = new double[n * latent];
    double[] normaliser = new double[n];
    double information = 0;
    for (int j = 0; j < n; j++) {
      for (int d = 0; d < latent; d++) {
        int at = j * latent + d;
        precision[at] = StrictMath.exp(-logVariance[at]);
        normaliser[j] -= 0.5 * (LOG_TWO_PI + logVariance[at]);
      }
      information += normaliser[j] - 0.5 * latent;
    }
    double[] code = new double[latent];
    double[] logDensity = new double[n];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < latent; d++) {
        int at = i * latent + d;
        code[d] = mean[at] + StrictMath.exp(0.5 * logVariance[at]) * noise[at];
      }
      for (int j = 0; j < n; j++) {
        double square = 0;
        for (int d = 0; d < latent; d++) {
          double difference = code[d] - mean[j * latent + d];
          square += difference * difference * precision[j * latent + d];
        }
        logDensity[j] = normaliser[j] - 0.5 * square;
      }
      information -= logMeanExp(logDensity);
    }
    return information / n;
  }

  private static double logMeanExp(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : values) {
      sum += StrictMath.exp(value - max);
    }
    return max + StrictMath.log(sum / values.length);
  }
}
