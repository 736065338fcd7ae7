package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine does, whatever computes. */
public abstract class TrainingEngineContract {

  /** Of the engines. */
  static final NetworkSpec SPEC = EngineFixture.small(Likelihood.BERNOULLI);

  /** What makes the engine under test. */
  protected abstract TrainingEngine.Factory factory();

  /** A small engine. */
  protected final TrainingEngine engine(long seed) {
    return factory().create(SPEC, new WitnessStart.Random(), seed);
  }

  /** The same, its steps in another precision. */
  protected final TrainingEngine engine(long seed, Precision precision) {
    NetworkSpec spec =
        new NetworkSpec(
            SPEC.height(),
            SPEC.width(),
            SPEC.imageChannels(),
            SPEC.channels(),
            SPEC.latent(),
            SPEC.components(),
            SPEC.likelihood(),
            SPEC.batch(),
            SPEC.witness(),
            SPEC.regulariser(),
            precision);
    return factory().create(spec, new WitnessStart.Random(), seed);
  }

  /** Loss of the last of some steps, all terms. */
  protected static double trained(TrainingEngine engine, int steps) {
    EngineFixture.train(engine, 0, steps - 1, 5);
    Batch last = EngineFixture.batch(SPEC, SPEC.batch(), 7);
    return engine.step(last, 1, 5, 0).totalNats(1, 5);
  }

  private TrainingEngine atBoundary(long seed) {
    float[] logMean = new float[SPEC.components()];
    for (int k = 0; k < logMean.length; k++) {
      logMean[k] = (float) Math.log((k + 1) / 15.0);
    }
    return factory().create(SPEC, new WitnessStart.Boundary(logMean), seed);
  }

  @Test
  void aRestoredEngineGoesOnWithTheSameBits() {
    try (TrainingEngine whole = engine(1);
        TrainingEngine first = engine(1);
        TrainingEngine second = engine(999)) {
      EngineFixture.train(whole, 0, 8, 5);
      EngineFixture.train(first, 0, 4, 5);
      EngineFixture.train(second, 30, 2, 5);
      second.restore(first.snapshot());
      assertEquals(first.snapshot(), second.snapshot());
      EngineFixture.train(second, 4, 4, 5);
      assertEquals(whole.snapshot(), second.snapshot());
      assertEquals(8, second.snapshot().iteration());
    }
  }

  @Test
  void theStartIsAFunctionOfTheSeed() {
    try (TrainingEngine a = engine(1);
        TrainingEngine b = engine(1);
        TrainingEngine c = engine(2);
        TrainingEngine boundary = atBoundary(1)) {
      assertEquals(a.snapshot(), b.snapshot());
      assertNotEquals(a.snapshot(), c.snapshot());
      for (Map.Entry<String, NamedTensor> entry : a.snapshot().tensors().entrySet()) {
        boolean same = entry.getValue().equals(boundary.snapshot().tensor(entry.getKey()));
        assertEquals(!entry.getKey().startsWith("weight/witness."), same, entry.getKey());
      }
      float[] logits = new float[2 * SPEC.components()];
      boundary.witnessLogits(EngineFixture.codes(SPEC, 2, 1), 2, logits);
      assertEquals((float) Math.log(1 / 15.0), logits[0]);
      assertEquals((float) Math.log(5 / 15.0), logits[2 * SPEC.components() - 1]);
    }
  }

  @Test
  void enginesInTwoThreadsHaveTheBitsOfEnginesOneAfterTheOther() throws Exception {
    List<EngineState> expected = new ArrayList<>();
    for (long seed : new long[] {1, 2}) {
      expected.add(trained(seed));
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<EngineState>> parallel = new ArrayList<>();
      for (long seed : new long[] {1, 2}) {
        parallel.add(threads.submit(() -> trained(seed)));
      }
      assertEquals(expected.get(0), parallel.get(0).get());
      assertEquals(expected.get(1), parallel.get(1).get());
    } finally {
      threads.shutdownNow();
    }
  }

  private EngineState trained(long seed) {
    try (TrainingEngine engine = engine(seed)) {
      EngineFixture.train(engine, 100 * seed, 20, 5);
      return engine.snapshot();
    }
  }

  @Test
  void withoutAlignmentTheHeadStaysBitForBit() {
    try (TrainingEngine engine = engine(1)) {
      EngineFixture.train(engine, 0, 3, 5);
      EngineState before = engine.snapshot();
      EngineFixture.train(engine, 3, 3, 0);
      EngineState after = engine.snapshot();
      int unchanged = 0;
      for (Map.Entry<String, NamedTensor> entry : before.tensors().entrySet()) {
        boolean same = entry.getValue().equals(after.tensor(entry.getKey()));
        assertEquals(entry.getKey().contains("/witness."), same, entry.getKey());
        unchanged += same ? 1 : 0;
      }
      assertEquals(6, unchanged);
    }
  }

  @Test
  void theAlignmentTermAloneMovesTheHead() {
    try (TrainingEngine engine = engine(1)) {
      EngineFixture.train(engine, 0, 3, 5);
      EngineState start = engine.snapshot();
      Batch batch = EngineFixture.batch(SPEC, 16, 9);
      engine.step(batch, 0.5, 5, 1e-3);
      NamedTensor head = engine.snapshot().tensor("weight/witness.weights");
      NamedTensor encoder = engine.snapshot().tensor("weight/encoder.0.kernel");
      engine.restore(start);
      engine.step(batch, 4, 5, 1e-3);
      assertEquals(head, engine.snapshot().tensor("weight/witness.weights"));
      assertNotEquals(encoder, engine.snapshot().tensor("weight/encoder.0.kernel"));
    }
  }

  @Test
  void theWitnessReadsCodesOnly() {
    try (TrainingEngine engine = engine(1)) {
      EngineFixture.train(engine, 0, 3, 5);
      int count = 21;
      float[] codes = EngineFixture.codes(SPEC, count, 4);
      float[] alone = new float[count * SPEC.components()];
      float[] under = new float[alone.length];
      float[] underOthers = new float[alone.length];
      engine.witnessLogits(codes, count, alone);
      engine.witnessLogitsUnder(EngineFixture.images(SPEC, count, 1), codes, count, under);
      engine.witnessLogitsUnder(EngineFixture.images(SPEC, count, 2), codes, count, underOthers);
      assertArrayEquals(alone, under);
      assertArrayEquals(alone, underOthers);
      double[] expected =
          new ReferenceNetwork(SPEC, EngineFixture.doubles(engine.snapshot()))
              .witness(doubles(codes, 20 * SPEC.latent(), SPEC.latent()));
      for (int k = 0; k < expected.length; k++) {
        assertEquals(expected[k], alone[20 * SPEC.components() + k], 1e-5);
      }
    }
  }

  /** Kernels that depend on a batch's size are why evaluation always runs full batches. */
  @Test
  void anImagesBitsDependOnNoOtherBesideIt() {
    try (TrainingEngine engine = engine(1)) {
      EngineFixture.train(engine, 0, 3, 5);
      int count = 37;
      float[] images = EngineFixture.images(SPEC, count, 3);
      float[] mean = new float[count * SPEC.latent()];
      float[] logVariance = new float[mean.length];
      engine.encode(images, count, mean, logVariance);
      float[] nats = new float[count];
      float[] squaredError = new float[count];
      engine.reconstructionLosses(images, mean, count, nats, squaredError);
      for (int i = 0; i < count; i += 3) {
        // In its place, between others, of which there are fewer.
        float[] others = EngineFixture.images(SPEC, i + 1, 4);
        System.arraycopy(images, i * SPEC.pixels(), others, i * SPEC.pixels(), SPEC.pixels());
        float[] otherMean = new float[(i + 1) * SPEC.latent()];
        float[] otherLogVariance = new float[otherMean.length];
        engine.encode(others, i + 1, otherMean, otherLogVariance);
        int from = i * SPEC.latent();
        int to = from + SPEC.latent();
        assertArrayEquals(
            Arrays.copyOfRange(mean, from, to), Arrays.copyOfRange(otherMean, from, to));
        assertArrayEquals(
            Arrays.copyOfRange(logVariance, from, to),
            Arrays.copyOfRange(otherLogVariance, from, to));
        float[] otherNats = new float[i + 1];
        float[] otherError = new float[i + 1];
        engine.reconstructionLosses(others, otherMean, i + 1, otherNats, otherError);
        assertEquals(nats[i], otherNats[i]);
        assertEquals(squaredError[i], otherError[i]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Likelihood.class)
  void evaluationAgreesWithTheReference(Likelihood likelihood) {
    NetworkSpec spec = EngineFixture.small(likelihood);
    try (TrainingEngine engine = factory().create(spec, new WitnessStart.Random(), 3)) {
      EngineFixture.train(engine, 0, 3, 5);
      ReferenceNetwork reference =
          new ReferenceNetwork(spec, EngineFixture.doubles(engine.snapshot()));
      float[] images = EngineFixture.images(spec, 2, 3);
      double[] image = doubles(images, spec.pixels(), spec.pixels());
      float[] mean = new float[2 * spec.latent()];
      float[] logVariance = new float[mean.length];
      engine.encode(images, 2, mean, logVariance);
      double[][] posterior = reference.encode(image);
      for (int d = 0; d < spec.latent(); d++) {
        assertEquals(posterior[0][d], mean[spec.latent() + d], 1e-5);
        assertEquals(posterior[1][d], logVariance[spec.latent() + d], 1e-5);
      }
      float[] codes = EngineFixture.codes(spec, 2, 8);
      float[] decoded = new float[2 * spec.pixels()];
      float[] nats = new float[2];
      float[] squaredError = new float[2];
      engine.decode(codes, 2, decoded);
      engine.reconstructionLosses(images, codes, 2, nats, squaredError);
      double[] output = reference.decode(doubles(codes, spec.latent(), spec.latent()));
      assertEquals(reference.reconstruction(image, output), nats[1], 1e-3);
      double square = 0;
      for (int p = 0; p < spec.pixels(); p++) {
        boolean bernoulli = likelihood == Likelihood.BERNOULLI;
        double expected = bernoulli ? 1 / (1 + Math.exp(-output[p])) : output[p];
        assertEquals(expected, decoded[spec.pixels() + p], 1e-5);
        square += (expected - image[p]) * (expected - image[p]) / spec.pixels();
      }
      assertEquals(square, squaredError[1], 1e-5);
    }
  }

  private static double[] doubles(float[] values, int from, int length) {
    double[] result = new double[length];
    for (int i = 0; i < length; i++) {
      result[i] = values[from + i];
    }
    return result;
  }

  @Test
  void aNumberThatIsNoneIsReportedWithItsStep() {
    try (TrainingEngine engine = engine(1)) {
      EngineFixture.train(engine, 0, 1, 5);
      Batch batch = EngineFixture.batch(SPEC, 16, 9);
      batch.images()[5] = Float.NaN;
      StepLosses losses = engine.step(batch, 1, 5, 1e-3);
      assertFalse(losses.isFinite());
      assertEquals(2, losses.step());
      assertTrue(Double.isNaN(losses.reconstructionNats()));
    }
  }

  @Test
  void hugeActivationsStayFinite() {
    try (TrainingEngine engine = engine(1)) {
      EngineState state = engine.snapshot();
      TreeMap<String, NamedTensor> tensors = new TreeMap<>(state.tensors());
      float[] bias = new float[SPEC.latent()];
      Arrays.fill(bias, 1e6f);
      bias[0] = -1e6f;
      tensors.put("weight/logVariance.bias", new NamedTensor(List.of(SPEC.latent()), bias));
      engine.restore(new EngineState(0, tensors));
      StepLosses losses = engine.step(EngineFixture.batch(SPEC, 16, 9), 1, 5, 0);
      assertTrue(losses.isFinite(), losses.toString());
    }
  }

  @Test
  void aWitnessSeededAnewHasAnOptimiserThatHasSeenNothing() {
    try (TrainingEngine engine = engine(1)) {
      EngineFixture.train(engine, 0, 3, 5);
      float[] weights = new float[SPEC.latent() * SPEC.components()];
      Arrays.fill(weights, 0.25f);
      float[] bias = {1, 2, 3, 4, 5};
      engine.resetWitness(weights, bias);
      EngineState state = engine.snapshot();
      assertArrayEquals(weights, state.tensor("weight/witness.weights").values());
      assertArrayEquals(bias, state.tensor("weight/witness.bias").values());
      assertArrayEquals(new float[weights.length], state.tensor("adam-m/witness.weights").values());
      assertArrayEquals(new float[5], state.tensor("adam-v/witness.bias").values());
      assertEquals(3, state.iteration());
    }
  }

  @Test
  void wrongArgumentsAreNamed() {
    try (TrainingEngine engine = engine(1)) {
      Batch batch = EngineFixture.batch(SPEC, 16, 9);
      assertMessage(
          "a batch of 17 images; this engine takes 1 to 16",
          () -> engine.step(EngineFixture.batch(SPEC, 17, 9), 1, 1, 1e-3));
      assertMessage(
          "teacher holds 79 values; 16 rows of 5 are needed",
          () ->
              engine.step(new Batch(16, batch.images(), new float[79], batch.noise()), 1, 1, 1e-3));
      assertMessage(
          "lambda is NaN; it must be a finite number of at least 0",
          () -> engine.step(batch, 1, Double.NaN, 1e-3));
      assertMessage(
          "codes holds 3 values; 1 rows of 12 are needed",
          () -> engine.witnessLogits(new float[3], 1, new float[5]));
      assertMessage(
          "count is 0; it must be at least 1", () -> engine.decode(new float[12], 0, new float[1]));
      assertMessage(
          "bias holds 4 values; it needs exactly 5",
          () -> engine.resetWitness(new float[60], new float[4]));
      EngineState before = engine.snapshot();
      TreeMap<String, NamedTensor> tensors = new TreeMap<>(before.tensors());
      tensors.put("weight/other", new NamedTensor(List.of(1), new float[1]));
      assertMessage(
          "the engine state has tensors that this network does not: [weight/other]; it was saved"
              + " by another network",
          () -> engine.restore(new EngineState(3, tensors)));
      tensors.put("adam-m/mean.bias", new NamedTensor(List.of(1), new float[1]));
      assertMessage(
          "tensor adam-m/mean.bias of the engine state has shape [1], this engine needs [12]; it"
              + " was saved by another network",
          () -> engine.restore(new EngineState(3, tensors)));
      assertEquals(before, engine.snapshot());
    }
  }

  @Test
  void aClosedEngineSaysSo() {
    TrainingEngine engine = engine(1);
    engine.close();
    engine.close();
    assertEquals(
        "this training engine is closed",
        assertThrows(IllegalStateException.class, engine::snapshot).getMessage());
    assertThrows(
        IllegalStateException.class,
        () -> engine.decode(new float[12], 1, new float[SPEC.pixels()]));
  }

  private static void assertMessage(
      String expected, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
