package dev.margrave.workers.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.worker.WorkerProtocol.Report;
import dev.margrave.workers.stage.StageJob;
import dev.margrave.workers.stage.StageOrder;

/**
 * Which worker runs which kind of stage.
 *
 * @param teacherSearch searches teachers
 * @param arm trains arms
 */
public record StageJobs(StageJob teacherSearch, StageJob arm) {

  /** The worker actor of an attempt. */
  Behavior<StageWorker.Command> worker(
      StageOrder order, ArtefactStore store, ActorRef<Report> supervisor) {
    StageJob job =
        order.attempt().stage().key() instanceof StageKey.TeacherSearch ? teacherSearch : arm;
    return StageWorker.create(order, job, store, supervisor);
  }
}
