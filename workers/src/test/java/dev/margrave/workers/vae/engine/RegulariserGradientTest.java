package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The regularisers' gradients against central differences of plain loops in double. */
class RegulariserGradientTest {
  private static final double BETA = 0.7;
  private static final double LAMBDA = 3.1;
  private static final double STEP = 1e-6;
  private static final double FLOOR = 0.09;

  static Stream<Regulariser> regularisers() {
    return Stream.of(
        new Regulariser.Divergence(),
        new Regulariser.FreeBits(FLOOR, 1),
        new Regulariser.FreeBits(3 * FLOOR, 3),
        new Regulariser.InfoVae(40, 0.7),
        new Regulariser.NormalisedMean(0.6, 0.1));
  }

  @ParameterizedTest
  @MethodSource("regularisers")
  void gradientsAgreeWithFiniteDifferences(Regulariser regulariser) {
    NetworkSpec spec = EngineFixture.tiny(Likelihood.BERNOULLI, regulariser);
    try (Nd4jTrainingEngine engine =
        new Nd4jTrainingEngine(spec, new WitnessStart.Random(), 11, DataType.DOUBLE)) {
      EngineFixture.train(engine, 50, 3, LAMBDA);
      engine.restore(engine.snapshot());
      assertGradients(engine, 4);
      // A batch that is filled up.
      assertGradients(engine, 3);
    }
  }

  private static void assertGradients(Nd4jTrainingEngine engine, int count) {
    NetworkSpec spec = engine.spec();
    Batch batch = EngineFixture.batch(spec, count, 3);
    Map<String, double[]> parameters = EngineFixture.doubles(engine.snapshot());
    Map<String, INDArray> gradients = engine.gradients(batch, BETA, LAMBDA);
    for (Map.Entry<String, double[]> entry : parameters.entrySet()) {
      double[] values = entry.getValue();
      INDArray gradient = gradients.get(entry.getKey());
      double largest = Math.max(gradient.amaxNumber().doubleValue(), 1e-3);
      for (int i = 0; i < values.length; i += Math.max(1, values.length / 40)) {
        double value = values[i];
        values[i] = value + STEP;
        double above = total(spec, parameters, batch);
        values[i] = value - STEP;
        double below = total(spec, parameters, batch);
        values[i] = value;
        assertEquals(
            (above - below) / (2 * STEP),
            gradient.data().getDouble(i),
            4e-6 * largest,
            entry.getKey() + "[" + i + "] of " + spec.regulariser());
      }
    }
  }

  /** The whole loss by loops. */
  private static double total(NetworkSpec spec, Map<String, double[]> parameters, Batch batch) {
    ReferenceNetwork network = new ReferenceNetwork(spec, parameters);
    int n = batch.count();
    int latent = spec.latent();
    double[][] mean = new double[n][];
    double[][] logVariance = new double[n][];
    for (int i = 0; i < n; i++) {
      double[][] posterior = network.encode(row(batch.images(), i, spec.pixels()));
      mean[i] = posterior[0];
      logVariance[i] = posterior[1];
    }
    if (spec.regulariser() instanceof Regulariser.NormalisedMean normalised) {
      normalise(mean, parameters.get("mean.bias"), normalised.gamma());
    }
    double[] kl = new double[latent];
    double[][] codes = new double[n][latent];
    double loss = 0;
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < latent; d++) {
        double variance = Math.exp(logVariance[i][d]);
        codes[i][d] = mean[i][d] + Math.sqrt(variance) * batch.noise()[i * latent + d];
        kl[d] += (mean[i][d] * mean[i][d] + variance - logVariance[i][d] - 1) / 2 / n;
      }
      double[] image = row(batch.images(), i, spec.pixels());
      loss += network.reconstruction(image, network.decode(codes[i])) / n;
      loss += LAMBDA * alignment(network.witness(codes[i]), batch.teacher(), i) / n;
    }
    return loss + regularisation(spec.regulariser(), kl, codes, batch.prior(), n);
  }

  private static double regularisation(
      Regulariser regulariser, double[] kl, double[][] codes, float[] prior, int n) {
    if (regulariser instanceof Regulariser.FreeBits freeBits) {
      double sum = 0;
      for (int from = 0; from < kl.length; from += freeBits.groupSize()) {
        double group = Arrays.stream(kl, from, from + freeBits.groupSize()).sum();
        assertTrue(Math.abs(group - freeBits.floorNats()) > 1e-4, "on the kink: " + group);
        sum += Math.max(freeBits.floorNats(), group);
      }
      return BETA * sum;
    }
    double divergence = BETA * Arrays.stream(kl).sum();
    if (regulariser instanceof Regulariser.InfoVae infoVae) {
      double[][] draws = new double[n][];
      for (int i = 0; i < n; i++) {
        draws[i] = row(prior, i, kl.length);
      }
      double constant = 2 * kl.length * infoVae.kernelScale();
      return divergence + infoVae.weight() * DiscrepancyTest.direct(codes, draws, constant);
    }
    return divergence;
  }

  private static void normalise(double[][] mean, double[] bias, double gamma) {
    for (int d = 0; d < bias.length; d++) {
      int column = d;
      double centre = Arrays.stream(mean).mapToDouble(row -> row[column]).average().orElseThrow();
      double variance =
          Arrays.stream(mean)
              .mapToDouble(row -> (row[column] - centre) * (row[column] - centre))
              .average()
              .orElseThrow();
      for (double[] row : mean) {
        row[d] = gamma * (row[d] - centre) / Math.sqrt(variance + 1e-5) + bias[d];
      }
    }
  }

  private static double alignment(double[] logits, float[] teacher, int i) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double nats = 0;
    for (int k = 0; k < logits.length; k++) {
      double probability = teacher[i * logits.length + k];
      nats += probability * (Math.log(probability) - logits[k] + Math.log(sum));
    }
    return nats;
  }

  private static double[] row(float[] values, int i, int width) {
    double[] result = new double[width];
    for (int j = 0; j < width; j++) {
      result[j] = values[i * width + j];
    }
    return result;
  }
}
