package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The engine with a witness that is fixed before training. */
class SimplexWitnessTest {
  private static final NetworkSpec LINEAR = EngineFixture.small(Likelihood.BERNOULLI);
  private static final NetworkSpec SIMPLEX = EngineFixture.simplex(LINEAR);
  private static final int COUNT = LINEAR.batch();

  private static TrainingEngine simplex(long seed) {
    return Nd4jTrainingEngine.create(SIMPLEX, new WitnessStart.Fixed(), seed);
  }

  private static TrainingEngine deadHead(Batch batch) {
    double[] mean = new double[LINEAR.components()];
    for (int i = 0; i < batch.teacher().length; i++) {
      mean[i % mean.length] += batch.teacher()[i] / (double) batch.count();
    }
    float[] logMean = new float[mean.length];
    for (int k = 0; k < mean.length; k++) {
      logMean[k] = (float) Math.log(mean[k]);
    }
    return Nd4jTrainingEngine.create(LINEAR, new WitnessStart.Boundary(logMean), 5);
  }

  @Test
  void theLogitsAreTheProductsWithTheVertices() {
    RegularSimplex vertices = new RegularSimplex(SIMPLEX.components());
    float[] codes = EngineFixture.codes(SIMPLEX, COUNT, 3);
    float[] logits = new float[COUNT * SIMPLEX.components()];
    float[] other = new float[logits.length];
    try (TrainingEngine engine = simplex(1)) {
      engine.witnessLogits(codes, COUNT, logits);
      double[] code = new double[SIMPLEX.latent()];
      double[] expected = new double[SIMPLEX.components()];
      for (int i = 0; i < COUNT; i++) {
        for (int d = 0; d < code.length; d++) {
          code[d] = codes[i * code.length + d];
        }
        vertices.logits(code, expected);
        for (int k = 0; k < expected.length; k++) {
          assertEquals(expected[k], logits[i * expected.length + k], 1e-6);
        }
        for (int d = vertices.dimensions(); d < code.length; d++) {
          codes[i * code.length + d] = 1000 - i;
        }
      }
      engine.witnessLogits(codes, COUNT, other);
      assertArrayEquals(logits, other, "the dimensions beyond the first K − 1 are not read");
    }
  }

  @Test
  void thereIsNothingToTrainInTheWitness() {
    try (TrainingEngine engine = simplex(2)) {
      EngineState start = engine.snapshot();
      assertTrue(start.tensors().keySet().stream().noneMatch(name -> name.contains("witness")));
      assertTrue(engine.graph().parameters().stream().noneMatch(name -> name.contains("witness")));
      try (TrainingEngine linear =
          Nd4jTrainingEngine.create(LINEAR, new WitnessStart.Random(), 2)) {
        start
            .tensors()
            .forEach((name, tensor) -> assertEquals(tensor, linear.snapshot().tensor(name), name));
        assertEquals(start.tensors().size() + 6, linear.snapshot().tensors().size());
        assertThrows(IllegalArgumentException.class, () -> engine.restore(linear.snapshot()));
      }
      float[] logits = new float[COUNT * SIMPLEX.components()];
      float[] trained = new float[logits.length];
      float[] codes = EngineFixture.codes(SIMPLEX, COUNT, 3);
      engine.witnessLogits(codes, COUNT, logits);
      EngineFixture.train(engine, 0, 3, 10);
      engine.witnessLogits(codes, COUNT, trained);
      assertArrayEquals(logits, trained);
      assertEquals(
          "a simplex witness has no weights that could be reset",
          assertThrows(
                  IllegalStateException.class,
                  () -> engine.resetWitness(new float[60], new float[5]))
              .getMessage());
    }
  }

  @Test
  void itGoesOnWithTheSameBits() {
    try (TrainingEngine whole = simplex(4);
        TrainingEngine resumed = simplex(8)) {
      EngineFixture.train(whole, 0, 4, 10);
      resumed.restore(whole.snapshot());
      EngineFixture.train(whole, 4, 3, 10);
      EngineFixture.train(resumed, 4, 3, 10);
      assertEquals(whole.snapshot(), resumed.snapshot());
    }
  }

  /** With λ = 0 the teacher is nobody's: the two witnesses leave the same network. */
  @Test
  void withoutAlignmentTheWitnessChangesNothing() {
    try (TrainingEngine fixed = simplex(6);
        TrainingEngine linear = Nd4jTrainingEngine.create(LINEAR, new WitnessStart.Random(), 6)) {
      EngineFixture.train(fixed, 0, 5, 0);
      EngineFixture.train(linear, 0, 5, 0);
      EngineState expected = linear.snapshot();
      fixed
          .snapshot()
          .tensors()
          .forEach((name, tensor) -> assertEquals(expected.tensor(name), tensor, name));
    }
  }

  @Test
  void aHeadAndItsStartBelongTogether() {
    assertEquals(
        "a witness of the kind SIMPLEX cannot start as Random[]",
        refused(() -> Parameters.initial(SIMPLEX, new WitnessStart.Random(), 1)));
    assertEquals(
        "a witness of the kind LINEAR cannot start as Fixed[]",
        refused(() -> Parameters.initial(LINEAR, new WitnessStart.Fixed(), 1)));
    assertEquals(
        "latent is 3; it must be at least 4",
        refused(
            () ->
                new NetworkSpec(
                    8,
                    8,
                    1,
                    List.of(4),
                    3,
                    5,
                    Likelihood.BERNOULLI,
                    4,
                    WitnessHead.SIMPLEX,
                    new Regulariser.Divergence())));
  }

  private static String refused(org.junit.jupiter.api.function.Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }

  /**
   * From the same dead code, without noise, that the decoder does not read: the dead head stays
   * where it is for ever, the simplex learns the teacher.
   */
  @Test
  void aSimplexEscapesFromADeadCodeAndADeadHeadDoesNot() {
    Batch noisy = EngineFixture.batch(LINEAR, COUNT, 7);
    Batch batch =
        new Batch(COUNT, noisy.images(), noisy.teacher(), new float[COUNT * LINEAR.latent()]);
    try (TrainingEngine linear = deadHead(batch);
        TrainingEngine fixed = simplex(5)) {
      linear.restore(DeadCode.of(linear.snapshot()));
      fixed.restore(DeadCode.of(fixed.snapshot()));
      double information = linear.step(batch, 1, 100, 1e-2).alignmentNats();
      double uniform = fixed.step(batch, 1, 100, 1e-2).alignmentNats();
      assertTrue(uniform > information, "the dead simplex is no better than the best constant");
      for (int step = 1; step < 100; step++) {
        linear.step(batch, 1, 100, 1e-2);
        fixed.step(batch, 1, 100, 1e-2);
      }
      assertEquals(
          information, linear.step(batch, 1, 100, 1e-2).alignmentNats(), 1e-6, "the saddle");
      assertFalse(moved(linear), "the code of the dead head has moved");
      double escaped = fixed.step(batch, 1, 100, 1e-2).alignmentNats();
      assertTrue(
          escaped < 0.5 * information, "margin " + (information - escaped) + " of " + information);
      assertTrue(moved(fixed));
    }
  }

  private static boolean moved(TrainingEngine engine) {
    for (float weight : engine.snapshot().tensor("weight/mean.weights").values()) {
      if (weight != 0) {
        return true;
      }
    }
    return false;
  }
}
