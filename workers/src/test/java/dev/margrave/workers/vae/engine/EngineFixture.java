package dev.margrave.workers.vae.engine;

import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small networks and batches, functions of a seed. */
final class EngineFixture {
  private EngineFixture() {}

  static NetworkSpec tiny(Likelihood likelihood) {
    return new NetworkSpec(8, 4, 3, List.of(4, 5), 6, 3, likelihood, 4);
  }

  static NetworkSpec tiny(Likelihood likelihood, Regulariser regulariser) {
    return new NetworkSpec(
        8, 4, 3, List.of(4, 5), 6, 3, likelihood, 4, WitnessHead.LINEAR, regulariser);
  }

  /** Small, with a Bernoulli likelihood. */
  static NetworkSpec small(Regulariser regulariser) {
    return new NetworkSpec(
        16,
        16,
        3,
        List.of(8, 16),
        12,
        5,
        Likelihood.BERNOULLI,
        16,
        WitnessHead.LINEAR,
        regulariser);
  }

  /** The same network with a witness that is fixed. */
  static NetworkSpec simplex(NetworkSpec spec) {
    return new NetworkSpec(
        spec.height(),
        spec.width(),
        spec.imageChannels(),
        spec.channels(),
        spec.latent(),
        spec.components(),
        spec.likelihood(),
        spec.batch(),
        WitnessHead.SIMPLEX,
        spec.regulariser());
  }

  static NetworkSpec small(Likelihood likelihood) {
    return new NetworkSpec(16, 16, 3, List.of(8, 16), 12, 5, likelihood, 16);
  }

  static Batch batch(NetworkSpec spec, int count, long seed) {
    float[] noise = new float[count * spec.latent()];
    new CounterRandom(seed, Stream.TRAINING_NOISE, 0).fillGaussian(noise);
    float[] prior = new float[count * spec.latent()];
    new CounterRandom(seed, Stream.PRIOR_SAMPLES, 0).fillGaussian(prior);
    return new Batch(count, images(spec, count, seed), teacher(spec, count, seed), noise, prior);
  }

  static float[] images(NetworkSpec spec, int count, long seed) {
    float[] images = new float[count * spec.pixels()];
    CounterRandom random = new CounterRandom(seed, Stream.DATA_ORDER, 1);
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) Math.abs(random.nextSymmetric());
    }
    return images;
  }

  static float[] codes(NetworkSpec spec, int count, long seed) {
    float[] codes = new float[count * spec.latent()];
    new CounterRandom(seed, Stream.EVALUATION_NOISE, 9).fillGaussian(codes);
    return codes;
  }

  static float[] teacher(NetworkSpec spec, int count, long seed) {
    float[] teacher = new float[count * spec.components()];
    CounterRandom random = new CounterRandom(seed, Stream.DATA_ORDER, 2);
    for (int i = 0; i < count; i++) {
      double[] row = new double[spec.components()];
      double sum = 0;
      for (int k = 0; k < row.length; k++) {
        row[k] = Math.exp(2 * random.nextSymmetric());
        sum += row[k];
      }
      for (int k = 0; k < row.length; k++) {
        teacher[i * row.length + k] = (float) (row[k] / sum);
      }
    }
    return teacher;
  }

  static Map<String, double[]> doubles(EngineState state) {
    Map<String, double[]> parameters = new HashMap<>();
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(EngineState.WEIGHT)) {
                double[] values = new double[tensor.values().length];
                for (int i = 0; i < values.length; i++) {
                  values[i] = tensor.values()[i];
                }
                parameters.put(name.substring(EngineState.WEIGHT.length()), values);
              }
            });
    return parameters;
  }

  /** Trains away from the start, so that biases and moments are not 0. */
  static void train(TrainingEngine engine, long firstStep, int steps, double lambda) {
    for (int i = 0; i < steps; i++) {
      engine.step(batch(engine.spec(), engine.spec().batch(), firstStep + i), 0.7, lambda, 1e-2);
    }
  }
}
