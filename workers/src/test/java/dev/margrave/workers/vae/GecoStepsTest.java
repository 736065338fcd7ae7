package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.protocol.spec.VaeSpec;
import dev.margrave.workers.data.ImageShape;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.Likelihood;
import dev.margrave.workers.vae.engine.Nd4jTrainingEngine;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GecoStepsTest {
  private static GecoSteps steps() {
    return new GecoSteps(
        new Objective.Constrained(
            new BaselinesSpec.Geco(0.1, 0.5, 0.1, 0.5, 4), VaeSpec.Likelihood.BERNOULLI),
        null);
  }

  @Test
  void theMultiplierRisesWhileTheConstraintIsViolatedAndFallsAfter() {
    GecoSteps steps = steps();
    assertEquals(1, steps.beta(0));
    double before = 1;
    for (int step = 0; step < 5; step++) {
      steps.observe(0.3);
      assertTrue(steps.multiplier() > before, "step " + step);
      before = steps.multiplier();
    }
    // exp(0.1·(0.3/0.1 − 1)) a step.
    assertEquals(Math.exp(5 * 0.2), before, 1e-12);
    assertEquals(1 / before, steps.beta(5), 1e-12);
    // The average of 0.3 and 0.05 still violates it: 0.175, then 0.1125, then 0.08125.
    steps.observe(0.05);
    assertEquals(before * Math.exp(0.075), steps.multiplier(), 1e-12);
    steps.observe(0.05);
    before = steps.multiplier();
    for (int step = 0; step < 5; step++) {
      steps.observe(0.05);
      assertTrue(steps.multiplier() < before, "step " + step);
      before = steps.multiplier();
    }
  }

  /** D of a Gaussian is the squared error per pixel: 2·(−ln p)/pixels − ln 2π. */
  @Test
  void theDevianceIsTheSquaredErrorPerPixel() {
    int pixels = 64;
    NetworkSpec network = new NetworkSpec(8, 8, 1, List.of(4), 3, 2, Likelihood.GAUSSIAN, 4);
    byte[] images = new byte[8 * pixels];
    new Random(5).nextBytes(images);
    double[] teacher = new double[16];
    Arrays.fill(teacher, 0.5);
    TaughtSplit train =
        new TaughtSplit(ImageSplit.of(new ImageShape(8, 8, 1), images, new int[8]), teacher, 2);
    try (TrainingEngine engine = Nd4jTrainingEngine.create(network, new WitnessStart.Random(), 3)) {
      GecoSteps steps =
          new GecoSteps(
              new Objective.Constrained(
                  new BaselinesSpec.Geco(0.1, 0, 0.01, 1e-9, 1e9), VaeSpec.Likelihood.GAUSSIAN),
              new TrainingContext(
                  engine,
                  new BatchFeed(train, engine.spec(), 1, 2),
                  train.images(),
                  1,
                  () -> 0,
                  1e-3));
      double nats = steps.take(0).losses().reconstructionNats();
      double squaredError = 2 * nats / pixels - Math.log(2 * Math.PI);
      assertTrue(squaredError > 0.02, "squared error " + squaredError);
      assertEquals(Math.exp(0.01 * (squaredError / 0.1 - 1)), steps.multiplier(), 1e-6);
    }
  }

  @Test
  void theMultiplierStopsAtItsLimits() {
    GecoSteps steps = steps();
    steps.observe(1e9);
    assertEquals(4, steps.multiplier());
    GecoSteps other = steps();
    for (int step = 0; step < 100; step++) {
      other.observe(0);
    }
    assertEquals(0.5, other.multiplier());
  }

  @Test
  void whatItRemembersIsEnoughToGoOn() {
    GecoSteps whole = steps();
    GecoSteps resumed = steps();
    whole.observe(0.2);
    whole.observe(0.15);
    resumed.recall(whole.memory());
    whole.observe(0.12);
    resumed.observe(0.12);
    assertEquals(whole.memory(), resumed.memory());
    assertEquals(Map.of("geco.multiplier", 1.0), steps().memory());
  }

  @Test
  void theBestReconstructionIsTheEntropyOfThePixels() {
    BestReconstruction bernoulli = new BestReconstruction(VaeSpec.Likelihood.BERNOULLI);
    assertEquals(0, bernoulli.meanNats(new float[] {0, 1}, 1, 2));
    assertEquals(Math.log(2), bernoulli.meanNats(new float[] {0.5f, 0.5f}, 2, 1), 1e-12);
    float level = 51 / 255f;
    double entropy = -level * Math.log(level) - (1 - level) * Math.log(1 - level);
    assertEquals(entropy, bernoulli.meanNats(new float[] {level}, 1, 1), 1e-7);
    assertEquals(
        1.5 * Math.log(2 * Math.PI),
        new BestReconstruction(VaeSpec.Likelihood.GAUSSIAN).meanNats(new float[9], 3, 3),
        1e-12);
  }
}
