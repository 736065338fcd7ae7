package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol.RequestSlot;
import java.util.Set;

/** A request, without who has made it. */
record Want(StageId stage, Demand demand, int priority, int rank) {

  static Want of(RequestSlot request) {
    return new Want(
        request.stage(),
        new Demand(request.needs(), Set.copyOf(request.avoid())),
        request.priority(),
        request.rank());
  }
}
