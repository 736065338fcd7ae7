package dev.margrave.orchestrator.cluster;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.read.ReadSide;
import dev.margrave.orchestrator.schedule.Scheduler;
import dev.margrave.orchestrator.schedule.SteadyClock;
import dev.margrave.orchestrator.service.ActorExperimentService;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.protocol.worker.GatewayProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One orchestrator of a cluster: its share of the supervisors, the scheduler and the registry if it
 * is the oldest, its share of the projections, and the gateway for workers.
 */
public final class OrchestratorNode {
  /** The actor system's name: the same on every node. */
  public static final String SYSTEM = "margrave";

  private static final String ROLE = "orchestrator";

  private record Parts(Supervisors supervisors, ExperimentService service) {}

  private final ActorSystem<Void> system;
  private final Parts parts;
  private final ReadSide readSide;
  private final CompletionStage<Void> ended;

  private OrchestratorNode(
      ActorSystem<Void> system, Parts parts, ReadSide readSide, CompletionStage<Void> ended) {
    this.system = system;
    this.parts = parts;
    this.readSide = readSide;
    this.ended = ended;
  }

  /**
   * Starts it, and lets it join the others.
   *
   * @param journal is closed when the actor system has ended
   * @param seed of the jitter between retries
   */
  public static OrchestratorNode start(Config base, Journal journal, Clock clock, long seed) {
    OrchestratorSettings settings = OrchestratorSettings.of(base).clustered();
    CompletableFuture<Parts> started = new CompletableFuture<>();
    Behavior<Void> guardian =
        Behaviors.setup(
            context -> {
              started.complete(parts(context, settings, journal, clock, seed));
              return Behaviors.empty();
            });
    ActorSystem<Void> system =
        ActorSystem.create(
            guardian,
            SYSTEM,
            ActorSystemSetup.create(
                BootstrapSetup.create(configuration(base, journal, settings, clock)),
                Management.readiness(journal)));
    CompletionStage<Void> ended =
        system.getWhenTerminated().handle((done, failure) -> done).thenRun(journal::close);
    ReadSide readSide = ReadSide.start(system, journal, true);
    Management.start(system, ManagementSettings.of(base));
    return new OrchestratorNode(system, started.join(), readSide, ended);
  }

  /** Settings of the actor system. */
  static Config configuration(
      Config base, Journal journal, OrchestratorSettings settings, Clock clock) {
    Config cluster =
        ConfigFactory.parseResources(
            OrchestratorNode.class.getClassLoader(), "margrave-cluster.conf");
    Config shared =
        settings.journal().server().isPresent()
            ? ConfigFactory.parseString(
                "akka.cluster.split-brain-resolver.active-strategy = lease-majority")
            : ConfigFactory.empty();
    ClusterSettings nodes = ClusterSettings.of(base);
    boolean joinsOnly =
        nodes.mayStartAlone()
            && settings
                .journal()
                .server()
                .map(server -> new Presence(server).isAnotherUp(SYSTEM + "@" + nodes.address()))
                .orElse(false);
    // Should the other be gone before it is joined, the next start finds nobody, and forms a
    // cluster.
    Config joining =
        joinsOnly
            ? ConfigFactory.parseString(
                "akka.cluster.shutdown-after-unsuccessful-join-seed-nodes = 20 s")
            : ConfigFactory.empty();
    return (joinsOnly ? nodes.joining() : nodes)
        .configuration(
            SYSTEM,
            joining
                .withFallback(shared)
                .withFallback(cluster)
                .withFallback(journal.configuration(base)),
            clock)
        .resolve();
  }

  private static Parts parts(
      ActorContext<Void> context,
      OrchestratorSettings settings,
      Journal journal,
      Clock clock,
      long seed) {
    ActorSystem<?> system = context.getSystem();
    ClusterSingleton singletons = ClusterSingleton.get(system);
    ActorRef<SchedulerProtocol.Command> scheduler =
        singletons.init(
            SingletonActor.of(
                    Scheduler.create(
                        settings.scheduler(),
                        SteadyClock.startingAt(clock, System::nanoTime),
                        OrchestratorMetrics.get(system).scheduler()),
                    "scheduler")
                .withSettings(ClusterSingletonSettings.create(system).withRole(ROLE)));
    ActorRef<ExperimentRegistry.Command> registry =
        singletons.init(
            SingletonActor.of(
                    ExperimentRegistry.create(
                        settings.limits(),
                        clock,
                        Optional.of(settings.journal().retry().strategy())),
                    "experiments")
                .withSettings(ClusterSingletonSettings.create(system).withRole(ROLE)));
    Supervisors supervisors =
        Supervisors.start(system, settings, journal, scheduler, registry, clock, seed);
    ActorRef<GatewayProtocol.Command> gateway =
        context.spawn(Gateway.create(scheduler, supervisors.stages()), GatewayProtocol.NAME);
    context.watch(gateway);
    settings
        .journal()
        .server()
        .ifPresent(
            server ->
                context.spawn(
                    // It keeps since when it is up: the elder must not take itself for the later
                    // one.
                    Behaviors.supervise(SplitWatch.create(new Presence(server)))
                        .onFailure(SupervisorStrategy.resume()),
                    "split-watch",
                    SplitWatch.props()));
    return new Parts(
        supervisors,
        new ActorExperimentService(
            registry, supervisors.experiments(), scheduler, system, settings.journalTimeout()));
  }

  /** What users may ask. */
  public ExperimentService service() {
    return parts.service();
  }

  /** The actor system. */
  public ActorSystem<Void> system() {
    return system;
  }

  /** Completes when the actor system has ended and the journal is closed. */
  public CompletionStage<Void> ended() {
    return ended;
  }

  /** The read tables' builder. */
  public ReadSide readSide() {
    return readSide;
  }
}
