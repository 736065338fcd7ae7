package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.protocol.StageId;

/** Finds a stage's supervisor, starting it where it does not run: in this process, or anywhere. */
@FunctionalInterface
public interface StageDirectory {
  /** Sends a command to the supervisor of a stage. */
  void tell(StageId stage, StageProtocol.Command command);
}
