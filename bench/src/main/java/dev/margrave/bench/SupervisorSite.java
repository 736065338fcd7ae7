package dev.margrave.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.read.ReadSide;
import dev.margrave.orchestrator.stage.StageProtocol.StageChanged;
import dev.margrave.orchestrator.stage.StageSupervisor;
import dev.margrave.protocol.worker.SchedulerProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * The product's supervisors on the product's journal, with its settings, its snapshots, its metrics
 * and, if wanted, its read tables; without the cluster around them.
 */
final class SupervisorSite implements JournalWriter {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DataDirectory directory;
  private final Journal journal;
  private final OrchestratorSettings settings;
  private final ActorSystem<SpawnProtocol.Command> system;
  private final DataSource pool;

  private SupervisorSite(
      DataDirectory directory,
      Journal journal,
      OrchestratorSettings settings,
      ActorSystem<SpawnProtocol.Command> system) {
    this.directory = directory;
    this.journal = journal;
    this.settings = settings;
    this.system = system;
    this.pool = journal.pool("bench", 1);
  }

  /**
   * Opens the journal.
   *
   * @param url of a PostgreSQL database; empty: a file in the directory
   * @param connections to the PostgreSQL server; the file has those of the product
   */
  static SupervisorSite open(Path directory, String url, int connections, boolean readTables)
      throws IOException {
    Config config =
        ConfigFactory.load(
            ConfigFactory.parseString(
                    "akka.loglevel = WARNING\n" + (url.isEmpty() ? "" : server(url, connections)))
                .withFallback(ConfigFactory.empty()));
    OrchestratorSettings settings = OrchestratorSettings.of(config).clustered();
    Files.createDirectories(directory);
    DataDirectory held = DataDirectory.open(directory);
    Journal journal = Journal.open(held, settings.journal());
    ActorSystem<SpawnProtocol.Command> system =
        ActorSystem.create(
            Behaviors.setup(context -> SpawnProtocol.create()),
            "margrave",
            journal.configuration(config));
    if (readTables) {
      ReadSide.start(system, journal, false);
    }
    return new SupervisorSite(held, journal, settings, system);
  }

  /** Settings of a journal in a PostgreSQL database. */
  static String server(String url, int connections) {
    return "margrave.orchestrator.journal { url = \""
        + url
        + "\", user = "
        + BenchPostgres.USER
        + ", password = none, connections = "
        + connections
        + " }\n";
  }

  /** Takes stages through their lives, so many at once. */
  SupervisorSite drive(int supervisors, int reports, Runnable over) {
    int apart = 1_000_000;
    for (int i = 0; i < supervisors; i++) {
      spawn(
          StageDriver.create(
              new StageDriver.Task(
                  i * apart, reports, scheduler -> surroundings(scheduler, changed -> {}), over)));
    }
    return this;
  }

  /** What the product gives to a supervisor. */
  StageSupervisor.Surroundings surroundings(
      ActorRef<SchedulerProtocol.Command> scheduler, Consumer<StageChanged> views) {
    return new StageSupervisor.Surroundings(
        scheduler,
        views,
        journal,
        settings.stages(),
        Optional.of(settings.journal().retry().strategy()),
        resting -> {},
        1,
        OrchestratorMetrics.get(system).stages());
  }

  <T> ActorRef<T> spawn(Behavior<T> behavior) {
    return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
            system,
            replyTo -> new SpawnProtocol.Spawn<>(behavior, "", Props.empty(), replyTo),
            PATIENCE,
            system.scheduler())
        .toCompletableFuture()
        .join();
  }

  ActorSystem<SpawnProtocol.Command> system() {
    return system;
  }

  DataSource pool() {
    return pool;
  }

  /** Events in the journal. */
  @Override
  public long changes() throws Exception {
    String table = settings.journal().server().isPresent() ? "event_journal" : "\"event_journal\"";
    return JournalWriter.number(pool, "SELECT COUNT(*) FROM " + table);
  }

  /** Forgets all snapshots, so that a supervisor recovers from its events. */
  void deleteSnapshots() throws Exception {
    String table = settings.journal().server().isPresent() ? "snapshot" : "\"snapshot\"";
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("DELETE FROM " + table);
    }
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    journal.close();
    directory.close();
  }
}
