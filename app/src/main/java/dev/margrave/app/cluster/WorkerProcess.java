package dev.margrave.app.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.Version;
import dev.margrave.app.run.StandaloneRun;
import dev.margrave.orchestrator.cluster.OrchestratorNode;
import dev.margrave.orchestrator.cluster.TlsSettings;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.workers.actor.Contacts;
import dev.margrave.workers.actor.NodeSettings;
import dev.margrave.workers.actor.OrchestratorLink;
import dev.margrave.workers.actor.Readiness;
import dev.margrave.workers.actor.StageJobs;
import dev.margrave.workers.actor.WorkerNode;
import dev.margrave.workers.engine.Engines;
import dev.margrave.workers.engine.Gpus;
import dev.margrave.workers.job.ArmJob;
import dev.margrave.workers.job.DatasetCache;
import dev.margrave.workers.job.TeacherSearchJob;
import dev.margrave.workers.metrics.WorkerMetrics;
import dev.margrave.workers.store.ArtefactSettings;
import dev.margrave.workers.store.ArtefactStores;
import dev.margrave.workers.vae.ArmTrainer;
import dev.margrave.workers.vae.ExternalArmTrainer;
import dev.margrave.workers.vae.engine.EngineWarmUp;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A worker node in a process of its own. */
final class WorkerProcess {
  private static final String SECTION = "margrave.worker.";
  private static final Duration END_WITHIN = Duration.ofSeconds(10);
  private static final String EXTERNAL_TRAINERS = SECTION + "external-trainers";

  private final String name;
  private final Duration handBackWithin;
  private final ActorSystem<Void> system;
  private final ActorRef<WorkerNode.Command> node;
  private final Readiness readiness;

  private WorkerProcess(
      String name,
      Duration handBackWithin,
      ActorSystem<Void> system,
      ActorRef<WorkerNode.Command> node,
      Readiness readiness) {
    this.name = name;
    this.handBackWithin = handBackWithin;
    this.system = system;
    this.node = node;
    this.readiness = readiness;
  }

  /**
   * Starts it; it looks for its orchestrators from now on.
   *
   * @throws IllegalArgumentException naming a setting that is of no use
   */
  static WorkerProcess start(Config config, Path dataDirectory, Clock clock) {
    // Before anything that would compute on them.
    Gpus gpus = gpus(config);
    String name = name(config);
    Contacts contacts = new Contacts(config.getStringList(SECTION + "orchestrators"));
    Readiness readiness = new Readiness();
    WorkerMetrics metrics =
        WorkerMetrics.start(
            config, name, Version.text(), System.getenv(), readiness::problem, clock);
    ArtefactStore store =
        ArtefactStores.open(ArtefactSettings.of(config), dataDirectory, name, clock);
    DatasetCache datasets = new DatasetCache(dataDirectory);
    StageJobs jobs =
        new StageJobs(
            new TeacherSearchJob(datasets, store, clock),
            new ArmJob(
                datasets,
                store,
                new ArmTrainer(
                    Engines.here()::trainingEngine,
                    store,
                    System::nanoTime,
                    Version.text(),
                    metrics.training()),
                config.getBoolean(EXTERNAL_TRAINERS)
                    ? Optional.of(
                        new ExternalArmTrainer(
                            dataDirectory.resolve(ExternalArmTrainer.FOLDERS),
                            store,
                            System::nanoTime,
                            Version.text(),
                            metrics.training()))
                    : Optional.empty()));
    CompletableFuture<ActorRef<WorkerNode.Command>> started = new CompletableFuture<>();
    Behavior<Void> guardian =
        Behaviors.setup(
            context -> {
              started.complete(
                  node(
                      context,
                      config,
                      capabilities(config, gpus),
                      name,
                      contacts,
                      jobs,
                      store,
                      readiness));
              return Behaviors.empty();
            });
    ActorSystem<Void> system =
        ActorSystem.create(guardian, OrchestratorNode.SYSTEM, configuration(config, clock));
    metrics.url().ifPresent(url -> system.log().info("metrics at {}", url));
    var unused = system.getWhenTerminated().thenRun(metrics::close);
    EngineWarmUp.start(Engines.here()::trainingEngine);
    return new WorkerProcess(
        name, config.getDuration(SECTION + "hand-back-within"), system, started.join(), readiness);
  }

  private static Config configuration(Config config, Clock clock) {
    int threads = StandaloneRun.wantedSlots(config) + 1;
    return TlsSettings.of(config)
        .configuration(clock)
        .withFallback(
            ConfigFactory.parseMap(
                Map.of(
                    SECTION + "blocking-dispatcher.thread-pool-executor.fixed-pool-size", threads)))
        .withFallback(
            ConfigFactory.parseResources(WorkerNode.class.getClassLoader(), "margrave-worker.conf"))
        .withFallback(config)
        .resolve();
  }

  private static ActorRef<WorkerNode.Command> node(
      ActorContext<Void> context,
      Config config,
      Capabilities capabilities,
      String name,
      Contacts contacts,
      StageJobs jobs,
      ArtefactStore store,
      Readiness readiness) {
    ActorRef<OrchestratorLink.Command> link =
        context.spawn(
            OrchestratorLink.create(
                contacts, config.getDuration(SECTION + "orchestrator-patience"), readiness),
            "orchestrators",
            // It looks up names.
            DispatcherSelector.blocking());
    ActorRef<SchedulerProtocol.Command> scheduler =
        context.spawn(
            Behaviors.<SchedulerProtocol.Command>receiveMessage(
                command -> {
                  link.tell(new OrchestratorLink.ToScheduler(command));
                  return Behaviors.same();
                }),
            "scheduler");
    return context.spawn(
        WorkerNode.create(
            NodeSettings.of(config, name, capabilities),
            jobs.launcher(context.getSystem(), store),
            store,
            scheduler,
            (stage, message) -> link.tell(new OrchestratorLink.ToStage(stage, message))),
        "worker");
  }

  /** An engine without GPUs leaves them to external trainers, where these are allowed. */
  private static Gpus gpus(Config config) {
    int wanted = config.getInt(SECTION + "gpus");
    return config.getBoolean(EXTERNAL_TRAINERS) && cpuEngine()
        ? Gpus.ofTrainers(wanted, System.getenv())
        : Gpus.of(Engines.here(), wanted, System.getenv());
  }

  private static boolean cpuEngine() {
    return Engines.here().gpus().isEmpty();
  }

  private static Capabilities capabilities(Config config, Gpus gpus) {
    int wanted = config.getInt(SECTION + "gpus");
    return new Capabilities(
        StandaloneRun.wantedSlots(config),
        wanted,
        Runtime.getRuntime().maxMemory(),
        Engines.here().name(),
        wanted == 0 ? "" : gpus.computeCapability(),
        config.getBoolean(EXTERNAL_TRAINERS),
        wanted > 0 && cpuEngine());
  }

  private static String name(Config config) {
    String name = config.getString(SECTION + "name");
    if (!name.isEmpty()) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName() + "-" + ProcessHandle.current().pid();
    } catch (UnknownHostException e) {
      return "worker-" + ProcessHandle.current().pid();
    }
  }

  String name() {
    return name;
  }

  /** Checkpoints and hands back everything, then ends the actor system. */
  void handBack() {
    readiness.handsBack();
    system.log().info("handing back what runs here");
    AskPattern.ask(node, WorkerNode.Drain::new, handBackWithin, system.scheduler())
        .exceptionally(
            late -> {
              system.log().warn("not everything was handed back within {}", handBackWithin);
              return new WorkerNode.Drained(name);
            })
        .toCompletableFuture()
        .join();
    end(system, END_WITHIN);
  }

  /** Ends an actor system; one that does not end soon must not keep the process from ending. */
  static void end(ActorSystem<?> system, Duration within) {
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      system.log().warn("the actor system did not end within {}", within);
    } catch (ExecutionException e) {
      system.log().warn("the actor system ended with a failure", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void awaitEnd() {
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
