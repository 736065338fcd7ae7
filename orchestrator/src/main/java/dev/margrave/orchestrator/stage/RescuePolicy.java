package dev.margrave.orchestrator.stage;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.spec.AutomaticRescueSpec;
import dev.margrave.protocol.spec.ExperimentSpec;

/** When a stage that lost its margin is rescued without being asked. Pure. */
final class RescuePolicy {
  private RescuePolicy() {}

  /** What follows from an evaluation. */
  enum Decision {
    GO_ON,
    RESCUE,
    /** The margin is lost, from this evaluation on, but no rescue is left. */
    NONE_LEFT
  }

  /**
   * Decides by the evaluations that are in the journal, so that the same ones always lead to the
   * same rescues.
   *
   * @param history with the evaluation
   */
  static Decision decide(StageHistory history, Evaluation latest) {
    ExperimentSpec experiment = history.spec().experiment();
    AutomaticRescueSpec automatic = experiment.rescue().automatic();
    if (!automatic.enabled()
        || !(history.stage().key() instanceof ArmRun run)
        || run.arm() != Arm.FULL
        || latest.epoch() >= experiment.training().epochs(run.arm())
        || !history.watch().lost(automatic.evaluations())) {
      // Of the last evaluation, too: no step is left in which a rescue could do anything.
      return Decision.GO_ON;
    }
    if (history.watch().rescues().size() < automatic.maximum()) {
      return Decision.RESCUE;
    }
    return history.watch().negative() == automatic.evaluations()
        ? Decision.NONE_LEFT
        : Decision.GO_ON;
  }
}
