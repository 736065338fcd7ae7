package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.VaeSpec;
import dev.margrave.workers.vae.engine.Regulariser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which objective an arm has, and β where it is a function of the step. */
class ObjectiveTest {
  private static final Regulariser KL = new Regulariser.Divergence();

  private static Objective of(Arm arm, double beta) {
    ExperimentSpec tiny = TestSpecs.tiny();
    VaeSpec vae = tiny.vae();
    ExperimentSpec spec =
        new ExperimentSpec(
            tiny.name(),
            tiny.dataset(),
            tiny.seeds(),
            tiny.teacher(),
            new VaeSpec(
                vae.latent(),
                vae.channels(),
                beta,
                vae.likelihood(),
                vae.witness(),
                vae.witnessInit()),
            tiny.alignment(),
            tiny.training(),
            tiny.collapse(),
            tiny.rescue(),
            tiny.arms(),
            tiny.resources(),
            tiny.baselines());
    return Objective.of(arm, spec, new ArmSchedule(arm, spec, 256));
  }

  private static Objective constant(double beta) {
    return new Objective.Scheduled(KL, new BetaSchedule.Constant(beta));
  }

  @Test
  void everyArmHasItsOwn() {
    for (Arm arm : List.of(Arm.FULL, Arm.ABLATION, Arm.RESCUE, Arm.DRIFT)) {
      assertEquals(constant(1.5), of(arm, 1.5), arm.label());
    }
    assertEquals(constant(1.5), of(Arm.RESCUE_FROM_COLLAPSE, 1.5));
    assertEquals(
        new Objective.Scheduled(KL, new BetaSchedule.Doubling(1.5, 2, 1000)),
        of(Arm.COLLAPSE, 1.5));
    // vae.beta is none of a baseline's business.
    assertEquals(constant(1), of(Arm.BASELINE_VANILLA, 1.5));
    assertEquals(constant(2), of(Arm.BASELINE_BETA_2, 1.5));
    assertEquals(constant(4), of(Arm.BASELINE_BETA_4, 1.5));
    assertEquals(constant(8), of(Arm.BASELINE_BETA_8, 1.5));
    assertEquals(
        new Objective.Scheduled(KL, new BetaSchedule.Linear(8)),
        of(Arm.BASELINE_KL_ANNEALING, 1.5));
    assertEquals(
        new Objective.Scheduled(KL, new BetaSchedule.Cyclical(16, 4, 0.5)),
        of(Arm.BASELINE_CYCLICAL_ANNEALING, 1.5));
    assertEquals(
        new Objective.Scheduled(new Regulariser.FreeBits(0.25, 2), new BetaSchedule.Constant(1)),
        of(Arm.BASELINE_FREE_BITS, 1.5));
    assertEquals(
        new Objective.Scheduled(new Regulariser.InfoVae(99.75, 1), new BetaSchedule.Constant(0.25)),
        of(Arm.BASELINE_INFO_VAE, 1.5));
    assertEquals(
        new Objective.Scheduled(
            new Regulariser.NormalisedMean(0.5, 0.1), new BetaSchedule.Constant(1)),
        of(Arm.BASELINE_BN_VAE, 1.5));
    assertEquals(
        new Objective.Lagging(TestSpecs.BASELINES.laggingInference(), 8),
        of(Arm.BASELINE_LAGGING_INFERENCE, 1.5));
    assertEquals(
        new Objective.Constrained(TestSpecs.BASELINES.geco(), VaeSpec.Likelihood.BERNOULLI),
        of(Arm.BASELINE_GECO, 1.5));
  }

  @Test
  void everyArmIsGivenOne() {
    for (Arm arm : Arm.values()) {
      assertTrue(of(arm, 1).regulariser() != null, arm.label());
    }
  }

  @Test
  void linearAnnealingRisesOnceAndStays() {
    BetaSchedule annealing = new BetaSchedule.Linear(8);
    assertEquals(0, annealing.beta(0));
    assertEquals(0.125, annealing.beta(1));
    assertEquals(0.5, annealing.beta(4));
    assertEquals(1, annealing.beta(8));
    assertEquals(1, annealing.beta(1_000_000));
  }

  @Test
  void cyclicalAnnealingRisesStaysAndBeginsAgain() {
    BetaSchedule cyclical = new BetaSchedule.Cyclical(32, 4, 0.5);
    List<Double> cycle = List.of(0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0);
    for (int start = 0; start < 32; start += 8) {
      List<Double> found = new ArrayList<>();
      for (int step = start; step < start + 8; step++) {
        found.add(cyclical.beta(step));
      }
      assertEquals(cycle, found, "from step " + start);
    }
  }

  @Test
  void cyclesThatDoNotDivideTheArmAreRoundedUp() {
    BetaSchedule cyclical = new BetaSchedule.Cyclical(10, 4, 1);
    assertEquals(0.8, cyclical.beta(2));
    assertEquals(0, cyclical.beta(3));
    assertEquals(0, cyclical.beta(9));
  }

  @Test
  void doublingBeginsAtOnceAndStops() {
    BetaSchedule doubling = new BetaSchedule.Doubling(1, 2, 1000);
    assertEquals(2, doubling.beta(0));
    assertEquals(4, doubling.beta(2));
    assertEquals(4, doubling.beta(3));
    assertEquals(1000, doubling.beta(1_000_000));
    assertTrue(new BetaSchedule.Doubling(0, 2, 1000).beta(0) > 0);
  }

  /** In cycles of one step β would be 0 throughout: no KL at all. */
  @Test
  void cyclesThatAreTooShortAreRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new BetaSchedule.Cyclical(7, 4, 0.5));
    assertEquals("4 cycles of annealing in 7 steps; at most 3 fit", refused.getMessage());
    assertEquals(1, new BetaSchedule.Cyclical(8, 4, 0.5).beta(1));
  }
}
