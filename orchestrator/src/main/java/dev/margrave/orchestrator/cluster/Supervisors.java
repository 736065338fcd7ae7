package dev.margrave.orchestrator.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.experiment.ExperimentDirectory;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.experiment.ExperimentSupervisor;
import dev.margrave.orchestrator.journal.Durability;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.stage.StageInstruments;
import dev.margrave.orchestrator.stage.StageSupervisor;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageDirectory;
import dev.margrave.protocol.worker.StageMessage;
import java.time.Clock;
import java.util.Optional;

/**
 * Experiments and stages as sharded entities: each lives on one orchestrator, and on another when
 * that is gone. Remembered ones come back without being spoken to; a stage that is over rests, and
 * is remembered no more.
 *
 * @param experiments finds an experiment's supervisor
 * @param stages finds a stage's supervisor
 */
record Supervisors(ExperimentDirectory experiments, StageDirectory stages) {
  private static final EntityTypeKey<StageMessage> STAGE =
      EntityTypeKey.create(StageMessage.class, "stage");
  private static final EntityTypeKey<ExperimentSupervisor.Command> EXPERIMENT =
      EntityTypeKey.create(ExperimentSupervisor.Command.class, "experiment");

  /** Starts both regions on this node. */
  static Supervisors start(
      ActorSystem<?> system,
      OrchestratorSettings settings,
      Durability durability,
      ActorRef<SchedulerProtocol.Command> scheduler,
      ActorRef<ExperimentRegistry.Command> registry,
      Clock clock,
      long seed) {
    ClusterSharding sharding = ClusterSharding.get(system);
    // Each needs the other: what is found is looked up when it is spoken to.
    StageDirectory stages =
        (stage, message) -> sharding.entityRefFor(STAGE, stage.text()).tell(message);
    ExperimentDirectory experiments =
        (experiment, command) -> sharding.entityRefFor(EXPERIMENT, experiment.text()).tell(command);
    startStages(
        sharding,
        settings,
        durability,
        scheduler,
        experiments,
        seed,
        OrchestratorMetrics.get(system).stages());
    var surroundings =
        new ExperimentSupervisor.Surroundings(
            stages,
            registry,
            durability,
            clock,
            Optional.of(settings.journal().retry().strategy()),
            settings.experiments());
    sharding.init(
        Entity.of(
            EXPERIMENT,
            entity ->
                ExperimentSupervisor.create(
                    ExperimentId.parse(entity.getEntityId()), surroundings)));
    return new Supervisors(experiments, stages);
  }

  private static void startStages(
      ClusterSharding sharding,
      OrchestratorSettings settings,
      Durability durability,
      ActorRef<SchedulerProtocol.Command> scheduler,
      ExperimentDirectory experiments,
      long seed,
      StageInstruments instruments) {
    sharding.init(
        Entity.of(
            STAGE,
            entity -> {
              var shard = entity.getShard();
              var surroundings =
                  new StageSupervisor.Surroundings(
                      scheduler,
                      changed ->
                          experiments.tell(
                              changed.stage().experiment(),
                              new ExperimentSupervisor.StageShown(changed)),
                      durability,
                      settings.stages(),
                      Optional.of(settings.journal().retry().strategy()),
                      resting -> shard.tell(new ClusterSharding.Passivate<>(resting)),
                      seed,
                      instruments);
              return StageSupervisor.create(StageId.parse(entity.getEntityId()), surroundings);
            }));
  }
}
