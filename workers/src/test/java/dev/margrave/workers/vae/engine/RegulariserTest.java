package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What defines free bits, BN-VAE and steps of one part, on a small network. */
class RegulariserTest {
  /** Enough to kill any code in {@link #STEPS}. */
  private static final double KILLING_BETA = 60;

  private static final int STEPS = 150;
  private static final double LEARNING_RATE = 5e-3;
  private static final Regulariser.Divergence PLAIN = new Regulariser.Divergence();

  private static Nd4jTrainingEngine engine(Regulariser regulariser) {
    return new Nd4jTrainingEngine(
        EngineFixture.small(regulariser), new WitnessStart.Random(), 3, DataType.FLOAT);
  }

  /** Trains on 64 images in turn; the batch's KL after each step's forward pass is the result. */
  private static double[] train(TrainingEngine engine, double beta, int steps) {
    double[] kl = new double[steps];
    for (int step = 0; step < steps; step++) {
      Batch drawn = EngineFixture.batch(engine.spec(), 16, 500 + step);
      Batch images = EngineFixture.batch(engine.spec(), 16, step % 4);
      Batch batch = new Batch(16, images.images(), images.teacher(), drawn.noise(), drawn.prior());
      kl[step] = engine.step(batch, beta, 0, LEARNING_RATE).klNats();
    }
    return kl;
  }

  private static double[] klByDimension(TrainingEngine engine) {
    int latent = engine.spec().latent();
    int n = 64;
    float[] images = new float[n * engine.spec().pixels()];
    for (int part = 0; part < 4; part++) {
      float[] some = EngineFixture.images(engine.spec(), 16, part);
      System.arraycopy(some, 0, images, part * some.length, some.length);
    }
    float[] mean = new float[n * latent];
    float[] logVariance = new float[n * latent];
    engine.encode(images, n, mean, logVariance);
    return GaussianKl.perDimension(mean, logVariance, n, latent);
  }

  @Test
  void freeBitsLeaveADimensionUnderItsFloorAlone() {
    try (Nd4jTrainingEngine plain = engine(PLAIN)) {
      Batch batch = EngineFixture.batch(plain.spec(), 16, 7);
      float[] mean = new float[16 * 12];
      float[] logVariance = new float[16 * 12];
      plain.encode(batch.images(), 16, mean, logVariance);
      double[] kl = GaussianKl.perDimension(mean, logVariance, 16, 12);
      double[] sorted = Arrays.stream(kl).sorted().toArray();
      double floor = (sorted[5] + sorted[6]) / 2;
      INDArray pushed = plain.gradients(batch, 2, 0).get("mean.bias");
      INDArray free = plain.gradients(batch, 0, 0).get("mean.bias");
      try (Nd4jTrainingEngine freeBits = engine(new Regulariser.FreeBits(floor, 1))) {
        INDArray found = freeBits.gradients(batch, 2, 0).get("mean.bias");
        for (int d = 0; d < 12; d++) {
          INDArray expected = kl[d] < floor ? free : pushed;
          assertEquals(expected.getDouble(d), found.getDouble(d), 1e-5, "dimension " + d);
          assertTrue(Math.abs(free.getDouble(d) - pushed.getDouble(d)) > 1e-4, "no test");
        }
      }
    }
  }

  /** Under its floor the KL is as free as if there were none, whatever β is. */
  @Test
  void aCodeUnderTheFloorTrainsAsWithoutAKl() {
    try (TrainingEngine free = engine(PLAIN);
        TrainingEngine freeBits = engine(new Regulariser.FreeBits(1e6, 1))) {
      train(free, 0, 20);
      train(freeBits, KILLING_BETA, 20);
      double[] expected = klByDimension(free);
      double[] found = klByDimension(freeBits);
      for (int d = 0; d < expected.length; d++) {
        assertEquals(expected[d], found[d], 0.01 * expected[d], "dimension " + d);
      }
    }
  }

  /** Σ_d ½γ²·Var h/(Var h + ε), the variances those of the very batch: the momentum is 1. */
  @Test
  void normalisedMeansKeepTheirLowerBoundUnderAnyBeta() {
    double gamma = 0.5;
    double bound = 12 * gamma * gamma / 2;
    try (TrainingEngine plain = engine(PLAIN);
        TrainingEngine normalised = engine(new Regulariser.NormalisedMean(gamma, 1))) {
      double dead = train(plain, KILLING_BETA, STEPS)[STEPS - 1];
      assertTrue(dead < bound / 10, "plain " + dead);
      for (int step = 0; step < STEPS; step++) {
        Batch batch = EngineFixture.batch(normalised.spec(), 16, step % 4);
        double kl = normalised.step(batch, KILLING_BETA, 0, LEARNING_RATE).klNats();
        double least = 0;
        for (float variance :
            normalised.snapshot().tensor("statistic/mean.running-variance").values()) {
          least += gamma * gamma / 2 * variance / (variance + 1e-5);
        }
        assertTrue(kl > 0.999 * least, "step " + step + ": " + kl + " of at least " + least);
      }
    }
  }

  /** At an ordinary β Var h stays, and the bound is latent·γ²/2. */
  @Test
  void normalisedMeansKeepTheKlOfTheirScale() {
    double bound = 12 * 0.25 / 2;
    try (TrainingEngine normalised = engine(new Regulariser.NormalisedMean(0.5, 1))) {
      double kl = train(normalised, 1, STEPS)[STEPS - 1];
      assertTrue(kl > 0.9 * bound, "KL " + kl + ", bound " + bound);
    }
  }

  @Test
  void evaluationNormalisesByTheRunningStatistics() {
    try (TrainingEngine engine = engine(new Regulariser.NormalisedMean(0.5, 1))) {
      Batch batch = EngineFixture.batch(engine.spec(), 16, 7);
      engine.step(batch, 1, 0, 0);
      float[] variances = engine.snapshot().tensor("statistic/mean.running-variance").values();
      float[] mean = new float[16 * 12];
      engine.encode(batch.images(), 16, mean, new float[16 * 12]);
      for (int d = 0; d < 12; d++) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 16; i++) {
          sum += mean[i * 12 + d] / 16.0;
          squares += mean[i * 12 + d] * (double) mean[i * 12 + d] / 16;
        }
        assertEquals(0, sum, 1e-3, "dimension " + d);
        double expected = 0.25 * variances[d] / (variances[d] + 1e-5);
        assertEquals(expected, squares, 0.01 * expected, "dimension " + d);
      }
    }
  }

  @Test
  void runningStatisticsAreWhatTheyAreDefinedAs() {
    try (Nd4jTrainingEngine engine = engine(new Regulariser.NormalisedMean(0.5, 0.25))) {
      EngineState before = engine.snapshot();
      assertEquals(0f, before.tensor("statistic/mean.running-mean").values()[3]);
      assertEquals(1f, before.tensor("statistic/mean.running-variance").values()[3]);
      Batch batch = EngineFixture.batch(engine.spec(), 16, 7);
      ReferenceNetwork reference =
          new ReferenceNetwork(engine.spec(), EngineFixture.doubles(before));
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 16; i++) {
        double[] image = new double[engine.spec().pixels()];
        for (int p = 0; p < image.length; p++) {
          image[p] = batch.images()[i * image.length + p];
        }
        double plain = reference.encode(image)[0][3];
        sum += plain;
        squares += plain * plain;
      }
      engine.step(batch, 1, 0, 1e-3);
      EngineState after = engine.snapshot();
      double mean = sum / 16;
      double variance = squares / 16 - mean * mean;
      assertEquals(0.25 * mean, after.tensor("statistic/mean.running-mean").values()[3], 1e-6);
      assertEquals(
          0.75 + 0.25 * variance,
          after.tensor("statistic/mean.running-variance").values()[3],
          1e-6);
      EngineState fresh = after.withFreshOptimiser();
      assertEquals(
          after.tensor("statistic/mean.running-mean"), fresh.tensor("statistic/mean.running-mean"));
      engine.restore(before);
      engine.restore(after);
      assertEquals(after, engine.snapshot());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"ENCODER", "DECODER"})
  void aStepOfOnePartLeavesTheRestBitForBit(Part part) {
    try (Nd4jTrainingEngine engine = engine(PLAIN)) {
      EngineFixture.train(engine, 0, 3, 5);
      EngineState before = engine.snapshot();
      engine.step(EngineFixture.batch(engine.spec(), 16, 9), 1, 5, 1e-3, part);
      EngineState after = engine.snapshot();
      for (Map.Entry<String, NamedTensor> entry : before.tensors().entrySet()) {
        String parameter = entry.getKey().substring(entry.getKey().indexOf('/') + 1);
        boolean changed = !entry.getValue().equals(after.tensor(entry.getKey()));
        boolean ofEncoder =
            parameter.startsWith("encoder.")
                || parameter.startsWith("mean.")
                || parameter.startsWith("logVariance.");
        assertEquals((part == Part.ENCODER) == ofEncoder, changed, entry.getKey());
      }
      assertEquals(part == Part.ENCODER ? 4 : 3, after.iteration());
      assertEquals(part == Part.DECODER ? 4 : 3, after.decoderIteration());
    }
  }

  /** One update of each part from the same weights is one of both, bit for bit. */
  @Test
  void thePartsOfAStepMakeTheWhole() {
    try (Nd4jTrainingEngine engine = engine(PLAIN)) {
      EngineFixture.train(engine, 0, 3, 5);
      EngineState start = engine.snapshot();
      Batch batch = EngineFixture.batch(engine.spec(), 16, 9);
      engine.step(batch, 1, 5, 1e-3, Part.ALL);
      EngineState whole = engine.snapshot();
      for (Part part : new Part[] {Part.ENCODER, Part.DECODER}) {
        engine.restore(start);
        engine.step(batch, 1, 5, 1e-3, part);
        EngineState one = engine.snapshot();
        assertNotEquals(start, one);
        for (String name : one.tensors().keySet()) {
          if (part.updates(name.substring(name.indexOf('/') + 1))) {
            assertEquals(whole.tensor(name), one.tensor(name), name);
          }
        }
      }
    }
  }

  /**
   * After updates of the encoder alone the decoder's first is a first one: its count is its own.
   */
  @Test
  void adamCountsTheUpdatesOfEachPart() {
    try (Nd4jTrainingEngine engine = engine(PLAIN)) {
      for (int step = 0; step < 3; step++) {
        engine.step(EngineFixture.batch(engine.spec(), 16, step), 1, 5, 1e-3, Part.ENCODER);
      }
      EngineState ahead = engine.snapshot();
      Batch batch = EngineFixture.batch(engine.spec(), 16, 9);
      engine.step(batch, 1, 5, 1e-3, Part.DECODER);
      EngineState first = engine.snapshot();
      engine.restore(ahead.withFreshOptimiser());
      engine.step(batch, 1, 5, 1e-3, Part.ALL);
      EngineState fresh = engine.snapshot();
      int compared = 0;
      for (String name : first.tensors().keySet()) {
        if (name.startsWith(EngineState.WEIGHT + "decoder.")) {
          assertEquals(fresh.tensor(name), first.tensor(name), name);
          compared++;
        }
      }
      assertTrue(compared > 0, first.tensors().keySet().toString());
    }
  }

  @Test
  void aStepOfInfoVaeNeedsDrawsFromThePrior() {
    try (TrainingEngine engine = engine(new Regulariser.InfoVae(10, 1))) {
      Batch batch = EngineFixture.batch(engine.spec(), 16, 9);
      assertTrue(engine.step(batch, 1, 0, 1e-3).isFinite());
      IllegalArgumentException refused =
          org.junit.jupiter.api.Assertions.assertThrows(
              IllegalArgumentException.class,
              () ->
                  engine.step(
                      new Batch(16, batch.images(), batch.teacher(), batch.noise()), 1, 0, 1e-3));
      assertEquals("prior holds 0 values; 16 rows of 12 are needed", refused.getMessage());
    }
  }

  @Test
  void infoVaePullsTheCodesToThePrior() {
    double[] square = new double[2];
    double[] weights = {0, 500};
    for (int i = 0; i < 2; i++) {
      try (TrainingEngine engine = engine(new Regulariser.InfoVae(weights[i], 1))) {
        train(engine, 0, STEPS);
        int latent = engine.spec().latent();
        float[] mean = new float[16 * latent];
        float[] logVariance = new float[16 * latent];
        engine.encode(EngineFixture.images(engine.spec(), 16, 1), 16, mean, logVariance);
        for (int j = 0; j < mean.length; j++) {
          double variance = Math.exp(logVariance[j]);
          square[i] += (mean[j] * mean[j] + variance) / mean.length;
        }
      }
    }
    // E z² is 1 under the prior.
    assertTrue(
        Math.abs(Math.log(square[1])) < 0.7 * Math.abs(Math.log(square[0])),
        Arrays.toString(square));
  }
}
