package dev.margrave.workers.vae;

import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import dev.margrave.workers.vae.engine.GaussianKl;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Streams a split through the encoder and the witness. Memory grows with n only by the witness
 * tables.
 *
 * <p>The noise is a function of (seed, sample, chunk): the same evaluation seed gives the same
 * tables from the same weights. It is the same at every step of a run, so that a margin curve moves
 * because the model does.
 */
final class Measurer {
  /** Variance of μ over the data above which a unit counts as active (Burda et al. 2016). */
  private static final double ACTIVE_VARIANCE = 0.01;

  /** 16 MB of normals: those of 8,000 images with four samples of 128 dimensions. */
  private static final long MOST_KEPT_VALUES = 4L << 20;

  private final TrainingEngine engine;
  private final long seed;
  private final int samples;
  private final int chunk;
  private final int latent;
  private final int components;

  private final float[] mean;
  private final float[] logVariance;
  private final float[] deviation;
  private final float[] noise;
  private final Map<Long, float[]> keptNoise = new HashMap<>();
  private final float[] codes;
  private final float[] logits;
  private final float[] nats;
  private final float[] squaredError;

  /** Of an engine's network. */
  Measurer(TrainingEngine engine, long seed, int samples) {
    this(
        engine,
        engine.spec().batch(),
        engine.spec().latent(),
        engine.spec().components(),
        seed,
        samples);
  }

  /** Of models of that size. */
  Measurer(int chunk, int latent, int components, long seed, int samples) {
    this(null, chunk, latent, components, seed, samples);
  }

  private Measurer(
      TrainingEngine engine, int chunk, int latent, int components, long seed, int samples) {
    this.engine = engine;
    this.seed = seed;
    this.samples = samples;
    this.chunk = chunk;
    this.latent = latent;
    this.components = components;
    this.mean = new float[chunk * latent];
    this.logVariance = new float[chunk * latent];
    this.deviation = new float[chunk * latent];
    this.noise = new float[chunk * latent];
    this.codes = new float[chunk * latent];
    this.logits = new float[chunk * components];
    this.nats = new float[chunk];
    this.squaredError = new float[chunk];
  }

  /**
   * Measures a split.
   *
   * @param reconstructed images, from the first, whose reconstruction is measured: the decoder is
   *     the dear half; 0 for none, whose statistics are then NaN
   */
  Measurement measure(ImageSplit split, int reconstructed) {
    return measure(MeasuredModel.of(engine, split), reconstructed);
  }

  /** The same, whatever the model is. */
  Measurement measure(MeasuredModel model, int reconstructed) {
    int n = model.size();
    float[] sampled = new float[Math.multiplyExact(Math.multiplyExact(samples, n), components)];
    float[] atMean = new float[Math.multiplyExact(n, components)];
    Moments moments = new Moments(latent);
    double reconstruction = 0;
    double error = 0;
    for (int from = 0; from < n; from += chunk) {
      int count = Math.min(chunk, n - from);
      model.encode(from, count, mean, logVariance);
      moments.add(mean, logVariance, count);
      witness(model, mean, count, atMean, from);
      for (int i = 0; i < count * latent; i++) {
        deviation[i] = (float) StrictMath.exp(0.5 * logVariance[i]);
      }
      for (int sample = 0; sample < samples; sample++) {
        drawCodes(sample, from / chunk, count);
        witness(model, codes, count, sampled, sample * n + from);
        if (sample == 0 && from < reconstructed) {
          int measured = Math.min(count, reconstructed - from);
          model.reconstruct(codes, measured, nats, squaredError);
          reconstruction += sum(nats, measured);
          error += sum(squaredError, measured);
        }
      }
    }
    int decoded = Math.min(n, reconstructed);
    double perImage = decoded == 0 ? Double.NaN : 1.0 / decoded;
    return new Measurement(
        samples,
        n,
        components,
        sampled,
        atMean,
        moments.statistics(n, reconstruction * perImage, error * perImage));
  }

  private void drawCodes(int sample, int chunkIndex, int count) {
    float[] drawn = noise(((long) sample << Integer.SIZE) | chunkIndex);
    for (int i = 0; i < count * latent; i++) {
      codes[i] = mean[i] + deviation[i] * drawn[i];
    }
  }

  /**
   * Kept from one measurement to the next while there is room: drawing it is half of their time.
   */
  private float[] noise(long step) {
    float[] kept = keptNoise.get(step);
    if (kept != null) {
      return kept;
    }
    boolean room = (keptNoise.size() + 1L) * noise.length <= MOST_KEPT_VALUES;
    float[] drawn = room ? new float[noise.length] : noise;
    new CounterRandom(seed, Stream.EVALUATION_NOISE, step).fillGaussian(drawn);
    if (room) {
      keptNoise.put(step, drawn);
    }
    return drawn;
  }

  /** ln w of the codes into rows {@code row …} of a table. */
  private void witness(MeasuredModel model, float[] codes, int count, float[] table, int row) {
    model.witness(codes, count, logits);
    for (int i = 0; i < count; i++) {
      logSoftmax(logits, i * components, table, (row + i) * components, components);
    }
  }

  /** ln softmax of one row, in double. */
  static void logSoftmax(float[] logits, int from, float[] into, int at, int components) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < components; k++) {
      max = Math.max(max, logits[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < components; k++) {
      sum += StrictMath.exp(logits[from + k] - max);
    }
    double logSum = max + StrictMath.log(sum);
    for (int k = 0; k < components; k++) {
      into[at + k] = (float) (logits[from + k] - logSum);
    }
  }

  private static double sum(float[] values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum;
  }

  /** Running sums by dimension of the code. */
  private static final class Moments {
    private final double[] kl;
    private final double[] sum;
    private final double[] sumOfSquares;

    Moments(int latent) {
      kl = new double[latent];
      sum = new double[latent];
      sumOfSquares = new double[latent];
    }

    void add(float[] mean, float[] logVariance, int count) {
      int latent = kl.length;
      for (int i = 0; i < count * latent; i++) {
        int dimension = i % latent;
        double value = mean[i];
        kl[dimension] += GaussianKl.of(value, logVariance[i]);
        sum[dimension] += value;
        sumOfSquares[dimension] += value * value;
      }
    }

    VaeStatistics statistics(int n, double reconstructionNats, double meanSquaredError) {
      List<Double> klPerDimension = new ArrayList<>(kl.length);
      double total = 0;
      int active = 0;
      for (int d = 0; d < kl.length; d++) {
        double average = sum[d] / n;
        klPerDimension.add(kl[d] / n);
        total += kl[d] / n;
        if (sumOfSquares[d] / n - average * average > ACTIVE_VARIANCE) {
          active++;
        }
      }
      return new VaeStatistics(reconstructionNats, meanSquaredError, total, klPerDimension, active);
    }
  }
}
