package dev.margrave.app.cluster;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import com.typesafe.config.Config;
import dev.margrave.app.UserException;
import dev.margrave.app.Version;
import dev.margrave.app.page.StoredArtefacts;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.cluster.OrchestratorNode;
import dev.margrave.orchestrator.http.HttpServer;
import dev.margrave.orchestrator.http.HttpSettings;
import dev.margrave.orchestrator.http.StageArtefacts;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.JournalException;
import dev.margrave.orchestrator.journal.JournalSettings;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.read.JdbcExperimentHistory;
import dev.margrave.workers.store.ArtefactSettings;
import dev.margrave.workers.store.ArtefactStores;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import picocli.CommandLine.Command;

/** {@code margrave orchestrator}: one node of the cluster that supervises. */
@Command(
    name = "orchestrator",
    sortOptions = false,
    header = "Supervise experiments whose workers run elsewhere.",
    description = {
      "",
      "Runs until it is stopped. Several share the work, and go on without one that is gone, when",
      "they share a PostgreSQL database (margrave.orchestrator.journal.url). Without that one",
      "orchestrator keeps its journal in the data directory.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave orchestrator",
      "  margrave orchestrator --config config/deployments/cluster.conf"
          + " --set margrave.cluster.host=\"10.0.0.1\""
    })
public final class OrchestratorCommand extends ServiceCommand {
  /** Requests in flight are finished within this time. */
  private static final Duration HTTP_STOP_LIMIT = Duration.ofSeconds(3);

  @Override
  public Integer call() {
    Config config = settings();
    LogStream.open();
    Clock clock = Clock.system(ZoneId.systemDefault());
    try {
      JournalSettings settings = OrchestratorSettings.of(config).journal();
      Journal journal =
          settings.server().isPresent()
              ? Journal.openShared(settings)
              : Journal.open(DataDirectory.open(dataDirectory()), settings);
      OrchestratorNode node =
          OrchestratorNode.start(config, journal, clock, ProcessHandle.current().pid());
      OrchestratorMetrics.get(node.system()).registry().describeProcess(Version.text());
      HttpServer http =
          HttpServer.start(
                  node.system(),
                  HttpSettings.of(config),
                  node.service(),
                  new JdbcExperimentHistory(journal),
                  artefacts(config, clock),
                  clock)
              .toCompletableFuture()
              .join();
      CoordinatedShutdown.get(node.system())
          .addTask(
              CoordinatedShutdown.PhaseServiceUnbind(),
              "margrave-http",
              () -> http.stop(HTTP_STOP_LIMIT).thenApply(stopped -> Done.getInstance()));
      console().out().println("orchestrator at " + address(config) + ", API at " + http.address());
      console().out().println("page " + http.page());
      console().out().flush();
      node.ended().toCompletableFuture().join();
      return 0;
    } catch (JournalException | IllegalArgumentException e) {
      throw UserException.badInput(e.getMessage(), e);
    }
  }

  /** Where workers keep theirs: margrave.artefacts.location, or else the data directory. */
  private StageArtefacts artefacts(Config config, Clock clock) {
    ArtefactSettings settings = ArtefactSettings.of(config);
    String reader = "orchestrator-" + ProcessHandle.current().pid();
    return new StoredArtefacts(() -> ArtefactStores.open(settings, dataDirectory(), reader, clock));
  }

  private static String address(Config config) {
    return config.getString("margrave.cluster.host") + ":" + config.getInt("margrave.cluster.port");
  }
}
