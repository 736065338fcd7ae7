package dev.margrave.app.simulation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.experiment.ExperimentSupervisor;
import dev.margrave.orchestrator.journal.Durability;
import dev.margrave.orchestrator.journal.JournalRetry;
import dev.margrave.orchestrator.schedule.Scheduler;
import dev.margrave.orchestrator.schedule.SchedulerInstruments;
import dev.margrave.orchestrator.stage.LeaseSettings;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.stage.StageSettings;
import dev.margrave.orchestrator.stage.StageSupervisor;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol.RequestSlot;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The orchestrators of a cluster, as one place: supervisors, scheduler and registry that are the
 * real ones, and sharding's part, which starts a supervisor when it is spoken to, and those that it
 * remembers when their node is gone. What is said to one that does not run is lost.
 */
final class SimulatedOrchestrators {
  /** Between supervisors, scheduler and experiment. */
  static final String WAY = "cluster";

  private static final JournalRetry RETRY =
      new JournalRetry(Duration.ofMillis(200), Duration.ofSeconds(10), 0);

  private interface Task {
    void run(ActorContext<Task> context);
  }

  private final Run run;
  private final OrchestratorSettings settings;
  private final ExperimentId experimentId;
  private final ActorRef<SchedulerProtocol.Command> schedulerProxy;
  private final ActorRef<ExperimentRegistry.Command> registryProxy;
  private final Set<StageId> remembered = new TreeSet<>(Comparator.comparing(StageId::text));
  private final Set<Object> moving = new HashSet<>();
  private final Map<String, ActorRef<StageMessage>> stages = new TreeMap<>();
  private int generation;
  private int spawned;
  private boolean experimentRemembered;
  private ActorRef<Task> site;
  private ActorRef<SchedulerProtocol.Command> scheduler;
  private ActorRef<ExperimentRegistry.Command> registry;
  private ActorRef<ExperimentSupervisor.Command> experiment;

  SimulatedOrchestrators(Run run, OrchestratorSettings settings, ExperimentId experimentId) {
    this.run = run;
    this.settings = settings;
    this.experimentId = experimentId;
    this.schedulerProxy =
        run.actors()
            .address(
                "scheduler-proxy",
                command ->
                    within(
                        command.getClass().getSimpleName(), () -> toScheduler(reachable(command))));
    this.registryProxy =
        run.actors()
            .address(
                "registry-proxy",
                command -> within(command.getClass().getSimpleName(), () -> toRegistry(command)));
  }

  private void within(String what, Runnable arrival) {
    run.network().send(WAY, what, arrival);
  }

  // ---- the node

  void start() {
    generation++;
    run.trace().say("start orchestrator " + generation);
    moving.clear();
    site =
        run.actors()
            .spawn(
                Behaviors.<Task>receive(
                    (context, task) -> {
                      task.run(context);
                      return Behaviors.same();
                    },
                    (context, signal) -> {
                      if (signal instanceof ChildFailed failed) {
                        run.invariants().violated("a supervisor died: " + failed.getCause());
                      }
                      return Behaviors.same();
                    }),
                "orchestrator." + generation);
    here(
        context -> {
          startScheduler(context);
          startRegistry(context);
          if (experimentRemembered) {
            experiment(context);
          }
          remembered.forEach(stage -> stage(context, stage));
        });
  }

  /** As {@code kill -9} does. */
  void crash() {
    run.trace().say("crash orchestrator " + generation);
    generation++;
    run.actors().stop(site);
    site = null;
    scheduler = null;
    registry = null;
    experiment = null;
    stages.clear();
    run.database().writersCrashed();
  }

  boolean up() {
    return site != null;
  }

  /** On the node, unless it is gone by then. */
  private void here(Task task) {
    if (site == null) {
      return;
    }
    int mine = generation;
    site.tell(
        context -> {
          if (mine == generation) {
            task.run(context);
          }
        });
  }

  private <T> ActorRef<T> spawn(ActorContext<Task> context, Behavior<T> behavior, String name) {
    ActorRef<T> actor = context.spawn(behavior, name + "." + spawned++);
    context.watch(actor);
    return actor;
  }

  private void startScheduler(ActorContext<Task> context) {
    scheduler =
        spawn(
            context,
            Scheduler.create(settings.scheduler(), run.time().clock(), SchedulerInstruments.NONE),
            "scheduler");
  }

  private void startRegistry(ActorContext<Task> context) {
    registry =
        spawn(
            context,
            ExperimentRegistry.create(
                settings.limits(), run.time().clock(), Optional.of(RETRY.strategy())),
            "registry");
  }

  // ---- supervisors

  private ActorRef<ExperimentSupervisor.Command> experiment(ActorContext<Task> context) {
    if (experiment == null) {
      experimentRemembered = true;
      experiment =
          spawn(
              context,
              ExperimentSupervisor.create(
                  experimentId,
                  new ExperimentSupervisor.Surroundings(
                      (stage, message) ->
                          within(
                              stage.key() + " " + message.getClass().getSimpleName(),
                              () -> toStage(stage, reachable(message))),
                      registryProxy,
                      Durability.NONE,
                      run.time().clock(),
                      Optional.of(RETRY.strategy()),
                      settings.experiments())),
              "experiment");
    }
    return experiment;
  }

  private ActorRef<StageMessage> stage(ActorContext<Task> context, StageId stage) {
    ActorRef<StageMessage> known = stages.get(stage.text());
    if (known != null) {
      return known;
    }
    remembered.add(stage);
    ActorRef<StageMessage> fresh =
        spawn(
            context,
            StageSupervisor.create(
                stage,
                new StageSupervisor.Surroundings(
                    schedulerProxy,
                    changed ->
                        within(
                            "shown " + stage.key(),
                            () -> toExperiment(new ExperimentSupervisor.StageShown(changed))),
                    Durability.NONE,
                    stageSettings(),
                    Optional.of(RETRY.strategy()),
                    resting -> here(there -> rest(there, stage, resting)),
                    run.seed())),
            stage.text().replace('/', ':'));
    stages.put(stage.text(), fresh);
    return fresh;
  }

  private StageSettings stageSettings() {
    StageSettings usual = settings.stages();
    if (run.mutation() != Mutation.LEASE_TOO_SHORT) {
      return usual;
    }
    LeaseSettings lease = usual.lease();
    return new StageSettings(
        usual.retry(),
        new LeaseSettings(true, Duration.ofMillis(500), lease.reattach(), lease.repeatEvery()),
        usual.askAgain(),
        usual.maximumEvaluations());
  }

  private void rest(ActorContext<Task> context, StageId stage, ActorRef<StageMessage> resting) {
    if (resting.equals(stages.get(stage.text()))) {
      stages.remove(stage.text());
      remembered.remove(stage);
      context.stop(resting);
    }
  }

  // ---- what is said to them

  /** From the gateway. */
  void fromWorker(Delivery delivery) {
    toStage(delivery.report().attempt().stage(), delivery);
  }

  void toStage(StageId stage, StageMessage message) {
    here(
        context -> {
          if (!moving.contains(stage)) {
            stage(context, stage).tell(message);
          }
        });
  }

  void toExperiment(ExperimentSupervisor.Command command) {
    here(
        context -> {
          if (!moving.contains(experimentId)) {
            experiment(context).tell(command);
          }
        });
  }

  void toScheduler(SchedulerProtocol.Command command) {
    here(
        context -> {
          if (scheduler != null) {
            scheduler.tell(command);
          }
        });
  }

  void toRegistry(ExperimentRegistry.Command command) {
    here(context -> registry.tell(command));
  }

  /** Answers go over the network too. */
  private StageMessage reachable(StageMessage message) {
    if (message instanceof StageProtocol.Run order) {
      return new StageProtocol.Run(
          order.spec(), order.rank(), order.forgetBefore(), door(order.replyTo()));
    }
    if (message instanceof StageProtocol.Suspend suspend) {
      return new StageProtocol.Suspend(door(suspend.replyTo()));
    }
    return message instanceof StageProtocol.Cancel cancel
        ? new StageProtocol.Cancel(door(cancel.replyTo()))
        : message;
  }

  private SchedulerProtocol.Command reachable(SchedulerProtocol.Command command) {
    return command instanceof RequestSlot request
        ? new RequestSlot(
            request.stage(),
            request.needs(),
            request.priority(),
            request.rank(),
            request.avoid(),
            door(request.replyTo()))
        : command;
  }

  private <T> ActorRef<T> door(ActorRef<T> replyTo) {
    return run.actors()
        .door(
            replyTo,
            answer -> within(answer.getClass().getSimpleName(), () -> replyTo.tell(answer)));
  }

  // ---- faults

  /** A shard moves: one supervisor ends without warning and comes back elsewhere. */
  void moveSupervisor(long afterMs) {
    here(
        context -> {
          List<String> live = List.copyOf(stages.keySet());
          int chosen = run.random().nextInt(live.size() + 1);
          if (chosen < live.size()) {
            StageId stage = StageId.parse(live.get(chosen));
            run.trace().say("move " + stage);
            moving.add(stage);
            context.stop(stages.remove(stage.text()));
            comeBack(stage, afterMs, there -> stage(there, stage));
          } else if (experiment != null) {
            run.trace().say("move the experiment");
            moving.add(experimentId);
            context.stop(experiment);
            experiment = null;
            comeBack(experimentId, afterMs, this::experiment);
          }
        });
  }

  private void comeBack(Object what, long afterMs, Task start) {
    int mine = generation;
    run.time()
        .after(
            afterMs,
            () -> {
              if (mine == generation) {
                here(
                    context -> {
                      moving.remove(what);
                      start.run(context);
                    });
              }
            });
  }

  /** The singleton moves. */
  void moveScheduler(long afterMs) {
    here(
        context -> {
          if (scheduler != null) {
            run.trace().say("move the scheduler");
            context.stop(scheduler);
            scheduler = null;
            comeBack("scheduler", afterMs, this::startScheduler);
          }
        });
  }
}
