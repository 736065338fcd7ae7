package dev.margrave.workers.vae;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.VaeSpec;
import dev.margrave.workers.vae.engine.Regulariser;

/**
 * What an arm minimises, chosen once from arm and spec. What must be remembered between its steps
 * is its {@link StepTaker}'s.
 *
 * <p>Every baseline is its own paper's objective: {@code vae.beta} is the other arms' and touches
 * none of them.
 */
sealed interface Objective {

  /** What the engine must build in. */
  Regulariser regulariser();

  /** One step, one update of everything, β a function of the step. */
  record Scheduled(Regulariser regulariser, BetaSchedule beta) implements Objective {}

  /** GECO, see {@link GecoSteps}. */
  record Constrained(BaselinesSpec.Geco geco, VaeSpec.Likelihood likelihood) implements Objective {
    @Override
    public Regulariser regulariser() {
      return new Regulariser.Divergence();
    }
  }

  /** Lagging inference networks, see {@link LaggingSteps}. */
  record Lagging(BaselinesSpec.LaggingInference lagging, long stepsPerEpoch) implements Objective {
    @Override
    public Regulariser regulariser() {
      return new Regulariser.Divergence();
    }
  }

  /** That of an arm. */
  static Objective of(Arm arm, ExperimentSpec spec, ArmSchedule schedule) {
    return switch (arm) {
      case FULL, ABLATION, RESCUE, DRIFT, RESCUE_FROM_COLLAPSE -> constant(spec.vae().beta());
      case COLLAPSE ->
          evidence(
              new BetaSchedule.Doubling(
                  spec.vae().beta(),
                  spec.collapse().doubleBetaEvery().steps(schedule.stepsPerEpoch()),
                  spec.collapse().maximumBeta()));
      case BASELINE_VANILLA -> constant(1);
      case BASELINE_BETA_2 -> constant(2);
      case BASELINE_BETA_4 -> constant(4);
      case BASELINE_BETA_8 -> constant(8);
      default -> chosen(arm, spec, schedule);
    };
  }

  /** Of a baseline whose paper leaves something to choose. */
  private static Objective chosen(Arm arm, ExperimentSpec spec, ArmSchedule schedule) {
    BaselinesSpec baselines = spec.baselines().orElseThrow();
    return switch (arm) {
      case BASELINE_KL_ANNEALING ->
          evidence(
              new BetaSchedule.Linear(
                  baselines.klAnnealing().over().steps(schedule.stepsPerEpoch())));
      case BASELINE_CYCLICAL_ANNEALING ->
          evidence(
              new BetaSchedule.Cyclical(
                  schedule.totalSteps(),
                  baselines.cyclicalAnnealing().cycles(),
                  baselines.cyclicalAnnealing().ramp()));
      case BASELINE_FREE_BITS ->
          new Scheduled(
              new Regulariser.FreeBits(
                  baselines.freeBits().floorNats(), baselines.freeBits().groupSize()),
              new BetaSchedule.Constant(1));
      case BASELINE_INFO_VAE -> infoVae(baselines.infoVae());
      case BASELINE_BN_VAE ->
          new Scheduled(
              new Regulariser.NormalisedMean(
                  baselines.bnVae().gamma(), baselines.bnVae().momentum()),
              new BetaSchedule.Constant(1));
      case BASELINE_LAGGING_INFERENCE ->
          new Lagging(baselines.laggingInference(), schedule.stepsPerEpoch());
      case BASELINE_GECO -> new Constrained(baselines.geco(), spec.vae().likelihood());
      default -> throw new IllegalArgumentException(arm + " has no objective");
    };
  }

  /** The KL keeps the weight 1 − α, the discrepancy has α + λ − 1. */
  private static Objective infoVae(BaselinesSpec.InfoVae infoVae) {
    return new Scheduled(
        new Regulariser.InfoVae(infoVae.alpha() + infoVae.weight() - 1, infoVae.kernelScale()),
        new BetaSchedule.Constant(1 - infoVae.alpha()));
  }

  private static Objective constant(double beta) {
    return evidence(new BetaSchedule.Constant(beta));
  }

  private static Objective evidence(BetaSchedule beta) {
    return new Scheduled(new Regulariser.Divergence(), beta);
  }
}
