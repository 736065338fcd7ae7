package dev.margrave.orchestrator.experiment;

import dev.margrave.protocol.ExperimentId;

/**
 * Finds an experiment's supervisor, starting it where it does not run: in this process, or on
 * whichever node it lives now. Messages may be lost on the way; who needs an answer asks again.
 */
@FunctionalInterface
public interface ExperimentDirectory {
  /** Sends a message to the supervisor of an experiment. */
  void tell(ExperimentId experiment, ExperimentSupervisor.Command command);
}
