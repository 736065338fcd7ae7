package dev.margrave.bench;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Certifier;
import dev.margrave.certificate.RowSources;
import dev.margrave.certificate.Witness;
import dev.margrave.workers.vae.engine.Batch;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.Likelihood;
import dev.margrave.workers.vae.engine.NamedTensor;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Part;
import dev.margrave.workers.vae.engine.Regulariser;
import dev.margrave.workers.vae.engine.StepLosses;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessHead;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Trains small networks of every kind for {@value #STEPS} steps in the engine that its argument
 * names, and says each step's losses, the margin that they lead to, and the last weights' sums, a
 * line for each network.
 */
final class EngineTrace {
  static final int STEPS = 20;
  private static final int ROWS = 64;
  private static final int BATCH = 16;
  private static final int COMPONENTS = 5;
  private static final int LATENT = 12;

  private EngineTrace() {}

  /** By name. */
  static Map<String, NetworkSpec> networks() {
    Map<String, NetworkSpec> networks = new LinkedHashMap<>();
    for (Likelihood likelihood : Likelihood.values()) {
      networks.put(
          "likelihood " + likelihood,
          spec(likelihood, WitnessHead.LINEAR, new Regulariser.Divergence()));
    }
    networks.put(
        "simplex", spec(Likelihood.BERNOULLI, WitnessHead.SIMPLEX, new Regulariser.Divergence()));
    for (Regulariser regulariser :
        List.of(
            new Regulariser.FreeBits(0.2, 3),
            new Regulariser.FreeBits(0.2, 1),
            new Regulariser.InfoVae(3, 0.5),
            new Regulariser.NormalisedMean(0.6, 0.1))) {
      networks.put(
          regulariser.toString(), spec(Likelihood.BERNOULLI, WitnessHead.LINEAR, regulariser));
    }
    return networks;
  }

  private static NetworkSpec spec(
      Likelihood likelihood, WitnessHead witness, Regulariser regulariser) {
    return new NetworkSpec(
        16, 16, 3, List.of(8, 16), LATENT, COMPONENTS, likelihood, BATCH, witness, regulariser);
  }

  public static void main(String[] arguments) throws Exception {
    TrainingEngine.Factory factory = EngineSteps.factory(arguments[0]);
    for (Map.Entry<String, NetworkSpec> network : networks().entrySet()) {
      StringBuilder line = new StringBuilder(network.getKey().replace(' ', '-'));
      for (double value : trace(factory, network.getValue())) {
        line.append(' ').append(value);
      }
      Child.say("%s", line);
    }
  }

  private static List<Double> trace(TrainingEngine.Factory factory, NetworkSpec spec) {
    WitnessStart start =
        spec.witness() == WitnessHead.SIMPLEX
            ? new WitnessStart.Fixed()
            : new WitnessStart.Random();
    Random random = new Random(7);
    float[] images = uniform(random, ROWS * spec.pixels());
    float[] teacher = rows(random);
    List<Double> values = new ArrayList<>();
    try (TrainingEngine engine = factory.create(spec, start, 1)) {
      for (int step = 0; step < STEPS; step++) {
        int from = step * BATCH % ROWS;
        // The last batch of an epoch may be short, and a step may be of one part.
        int count = step % 5 == 4 ? BATCH - 3 : BATCH;
        Batch batch =
            new Batch(
                count,
                Arrays.copyOfRange(images, from * spec.pixels(), (from + count) * spec.pixels()),
                Arrays.copyOfRange(teacher, from * COMPONENTS, (from + count) * COMPONENTS),
                normal(random, count * LATENT),
                normal(random, count * LATENT));
        Part part = step % 7 == 5 ? Part.ENCODER : step % 7 == 6 ? Part.DECODER : Part.ALL;
        StepLosses losses = engine.step(batch, 0.7, step % 6 == 3 ? 0 : 3, 2e-3, part);
        values.add(losses.reconstructionNats());
        values.add(losses.klNats());
        values.add(losses.alignmentNats());
      }
      values.add(margin(engine, images, teacher));
      for (Map.Entry<String, NamedTensor> tensor :
          new TreeMap<>(engine.snapshot().tensors()).entrySet()) {
        if (tensor.getKey().startsWith(EngineState.WEIGHT)) {
          values.add(size(tensor.getValue().values()));
        }
      }
    }
    return values;
  }

  /** At z = μ. */
  private static double margin(TrainingEngine engine, float[] images, float[] teacher) {
    float[] mean = new float[ROWS * LATENT];
    float[] logits = new float[ROWS * COMPONENTS];
    engine.encode(images, ROWS, mean, new float[mean.length]);
    engine.witnessLogits(mean, ROWS, logits);
    double[] logWitness = new double[logits.length];
    for (int row = 0; row < ROWS; row++) {
      double sum = 0;
      for (int k = 0; k < COMPONENTS; k++) {
        sum += Math.exp(logits[row * COMPONENTS + k]);
      }
      for (int k = 0; k < COMPONENTS; k++) {
        logWitness[row * COMPONENTS + k] = logits[row * COMPONENTS + k] - Math.log(sum);
      }
    }
    Certificate certificate =
        Certifier.certify(
            RowSources.of(teacher, COMPONENTS),
            Witness.logProbabilities(RowSources.of(logWitness, COMPONENTS)),
            CertificateSettings.defaults());
    return certificate.marginNats();
  }

  /** √Σx². */
  private static double size(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static float[] uniform(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static float[] normal(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] rows(Random random) {
    float[] teacher = uniform(random, ROWS * COMPONENTS);
    for (int row = 0; row < ROWS; row++) {
      float sum = 0;
      for (int k = 0; k < COMPONENTS; k++) {
        sum += teacher[row * COMPONENTS + k];
      }
      for (int k = 0; k < COMPONENTS; k++) {
        teacher[row * COMPONENTS + k] /= sum;
      }
    }
    return teacher;
  }
}
