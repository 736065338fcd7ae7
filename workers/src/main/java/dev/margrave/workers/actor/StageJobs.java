package dev.margrave.workers.actor;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.workers.stage.StageJob;

/**
 * Which job does which kind of stage.
 *
 * @param teacherSearch searches teachers
 * @param arm trains arms
 */
public record StageJobs(StageJob teacherSearch, StageJob arm) {
  private static final String BLOCKING_DISPATCHER = "margrave.worker.blocking-dispatcher";

  /** Runs them on the system's dispatcher for what blocks. */
  public StageLauncher launcher(ActorSystem<?> system, ArtefactStore store) {
    return new BlockingLauncher(
        this,
        store,
        system.dispatchers().lookup(DispatcherSelector.fromConfig(BLOCKING_DISPATCHER)));
  }
}
