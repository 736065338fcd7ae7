package dev.margrave.app.run;

import dev.margrave.app.UserException;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.ComputeCapability;
import dev.margrave.protocol.worker.Needs;
import dev.margrave.workers.engine.Gpus;

/** Whether an experiment's stages can run in this process, which is the only one that they have. */
final class LocalFit {
  private LocalFit() {}

  /**
   * Refuses what would wait for ever.
   *
   * @param engine that this process trains with
   * @param gpus that it can train on
   * @throws UserException with the mend
   */
  static void require(ExperimentSpec spec, String engine, Gpus gpus) {
    Needs needs = Needs.ofArms(spec);
    if (!needs.engine().isEmpty() && !needs.engine().equals(engine)) {
      throw UserException.badInput(
          "%s asks for %s, and this process trains with %s; start it with --engine %s"
              .formatted(
                  spec.resources().engine().isEmpty()
                      ? "experiment.training.precision"
                      : "experiment.resources.engine",
                  needs.engine(),
                  engine,
                  needs.engine()));
    }
    if (needs.gpus() > 0 && gpus.count() == 0) {
      throw UserException.badInput(
          "experiment.resources.gpus is %d: %s; set it to 0"
              .formatted(
                  needs.gpus(),
                  needs.external() ? "no GPU answers here" : "this engine trains on CPUs"));
    }
    if (needs.gpus() > 1) {
      throw UserException.badInput(
          "experiment.resources.gpus is %d, and a process computes on one GPU; set it to 1"
              .formatted(needs.gpus()));
    }
    if (!ComputeCapability.satisfies(gpus.computeCapability(), needs.computeCapability())) {
      throw UserException.badInput(
          "experiment.resources.compute-capability is %s, and a GPU here has %s; lower it"
              .formatted(needs.computeCapability(), gpus.computeCapability()));
    }
  }
}
