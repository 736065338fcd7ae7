package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.workers.data.ImageShape;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.DeadCode;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.Likelihood;
import dev.margrave.workers.vae.engine.NamedTensor;
import dev.margrave.workers.vae.engine.Nd4jTrainingEngine;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Regulariser;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessHead;
import dev.margrave.workers.vae.engine.WitnessStart;
import org.junit.jupiter.api.Test;

class SaddleGuardTest {
  private static final String WEIGHTS = EngineState.WEIGHT + EngineState.WITNESS_WEIGHTS;
  private static final String BIAS = EngineState.WEIGHT + EngineState.WITNESS_BIAS;
  private static final double NEVER = 0;
  private static final double ALWAYS = Double.MAX_VALUE;

  private static final NetworkSpec NETWORK =
      new NetworkSpec(8, 8, 1, java.util.List.of(4), 3, 2, Likelihood.BERNOULLI, 4);

  /** Two kinds of images, light and dark, and a teacher that tells them apart. */
  private static TaughtSplit lightAndDark() {
    byte[] pixels = new byte[8 * 64];
    double[] teacher = new double[16];
    for (int i = 0; i < 8; i++) {
      java.util.Arrays.fill(pixels, i * 64, (i + 1) * 64, (byte) (i % 2 == 0 ? 20 : 230));
      teacher[2 * i] = i % 2 == 0 ? 0.9 : 0.1;
      teacher[2 * i + 1] = 1 - teacher[2 * i];
    }
    return new TaughtSplit(ImageSplit.of(new ImageShape(8, 8, 1), pixels, new int[8]), teacher, 2);
  }

  private static RescueGuard apply(TrainingEngine engine, double codeFloor, double headFloor) {
    return SaddleGuard.apply(engine, lightAndDark(), new RescueSpec(codeFloor, headFloor), 7, 0);
  }

  @Test
  void bothUnderTheirFloorsReseedTheWeightsAndKeepTheBias() {
    WitnessStart boundary = new WitnessStart.Boundary(new float[] {-0.5f, -1});
    try (TrainingEngine engine = Nd4jTrainingEngine.create(NETWORK, boundary, 3)) {
      NamedTensor bias = engine.snapshot().tensor(BIAS);
      RescueGuard guard = apply(engine, ALWAYS, ALWAYS);
      assertTrue(guard.reseeded());
      assertEquals(0, guard.codeGradient(), "a dead head moves no code");
      assertTrue(guard.headGradient().orElseThrow() > 0);
      EngineState after = engine.snapshot();
      for (float weight : after.tensor(WEIGHTS).values()) {
        assertNotEquals(0f, weight);
      }
      assertEquals(bias, after.tensor(BIAS));
    }
  }

  /** Even where both floors call everything a saddle there is nothing to draw anew. */
  @Test
  void aSimplexIsNeverDead() {
    NetworkSpec simplex =
        new NetworkSpec(
            8,
            8,
            1,
            java.util.List.of(4),
            3,
            2,
            Likelihood.BERNOULLI,
            4,
            WitnessHead.SIMPLEX,
            new Regulariser.Divergence());
    try (TrainingEngine engine = Nd4jTrainingEngine.create(simplex, new WitnessStart.Fixed(), 3)) {
      EngineState dead = DeadCode.of(engine.snapshot());
      engine.restore(dead);
      RescueGuard guard = apply(engine, ALWAYS, ALWAYS);
      // T is (0.9, 0.1) or (0.1, 0.9): √(2/1)·‖(0.4, −0.4)‖ for every image.
      assertEquals(0.8, guard.codeGradient(), 1e-7);
      assertEquals(RescueGuard.ofFixedWitness(guard.codeGradient()), guard);
      assertEquals(dead, engine.snapshot());
    }
  }

  @Test
  void eitherGradientAloneIsAWayOut() {
    try (TrainingEngine engine = Nd4jTrainingEngine.create(NETWORK, new WitnessStart.Random(), 3)) {
      EngineState before = engine.snapshot();
      assertFalse(apply(engine, NEVER, ALWAYS).reseeded());
      assertFalse(apply(engine, ALWAYS, NEVER).reseeded());
      assertTrue(apply(engine, NEVER, NEVER).codeGradient() > 0);
      assertEquals(before, engine.snapshot());
    }
  }
}
