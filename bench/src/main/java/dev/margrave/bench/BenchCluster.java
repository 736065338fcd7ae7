package dev.margrave.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.cluster.OrchestratorNode;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.workers.actor.Contacts;
import dev.margrave.workers.actor.NodeSettings;
import dev.margrave.workers.actor.OrchestratorLink;
import dev.margrave.workers.actor.Readiness;
import dev.margrave.workers.actor.StageLauncher;
import dev.margrave.workers.actor.WorkerNode;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** One orchestrator and one worker, each with its actor system, in this process. */
final class BenchCluster implements AutoCloseable {
  private final DataDirectory directory;
  private final OrchestratorNode orchestrator;
  private final ActorSystem<Void> worker;

  private BenchCluster(
      DataDirectory directory, OrchestratorNode orchestrator, ActorSystem<Void> worker) {
    this.directory = directory;
    this.orchestrator = orchestrator;
    this.worker = worker;
  }

  /**
   * Starts both.
   *
   * @param slots stages at once
   * @param launcher runs them
   */
  static BenchCluster start(Path directory, int slots, StageLauncher launcher) throws Exception {
    return start(directory, slots, launcher, "");
  }

  /**
   * Starts both.
   *
   * @param slots stages at once
   * @param launcher runs them
   * @param overrides settings that differ from the product's
   */
  static BenchCluster start(Path directory, int slots, StageLauncher launcher, String overrides)
      throws Exception {
    Config config = settings(freePort(), overrides);
    DataDirectory held = DataDirectory.open(directory);
    Journal journal = Journal.open(held, OrchestratorSettings.of(config).journal());
    OrchestratorNode node = OrchestratorNode.start(config, journal, Clock.systemUTC(), 1);
    Contacts contacts =
        new Contacts(List.of("127.0.0.1:" + config.getInt("margrave.cluster.port")));
    Behavior<Void> guardian =
        Behaviors.setup(
            context -> {
              ActorRef<OrchestratorLink.Command> link =
                  context.spawn(
                      OrchestratorLink.create(
                          contacts,
                          config.getDuration("margrave.worker.orchestrator-patience"),
                          new Readiness()),
                      "link");
              ActorRef<SchedulerProtocol.Command> scheduler =
                  context.spawn(
                      Behaviors.<SchedulerProtocol.Command>receiveMessage(
                          command -> {
                            link.tell(new OrchestratorLink.ToScheduler(command));
                            return Behaviors.same();
                          }),
                      "scheduler");
              context.spawn(
                  WorkerNode.create(
                      NodeSettings.of(
                          config, "bench", new Capabilities(slots, 0, 1L << 34, "none")),
                      launcher,
                      new DirectoryArtefactStore(directory.resolve("artefacts"), "bench"),
                      scheduler,
                      (stage, message) -> link.tell(new OrchestratorLink.ToStage(stage, message))),
                  "worker");
              return Behaviors.empty();
            });
    Config remote =
        ConfigFactory.parseResources("margrave-worker.conf").withFallback(config).resolve();
    return new BenchCluster(
        held, node, ActorSystem.create(guardian, OrchestratorNode.SYSTEM, remote));
  }

  private static Config settings(int port, String overrides) {
    return ConfigFactory.load(
        ConfigFactory.parseString(
            "margrave.cluster.port = "
                + port
                + "\nmargrave.orchestrator.reattach = 1h\nmargrave.cluster.exit-jvm = off\nakka.loglevel = WARNING\n"
                + overrides));
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  OrchestratorNode orchestrator() {
    return orchestrator;
  }

  @Override
  public void close() {
    worker.terminate();
    worker.getWhenTerminated().toCompletableFuture().join();
    orchestrator.system().terminate();
    orchestrator.ended().toCompletableFuture().join();
    directory.close();
  }
}
