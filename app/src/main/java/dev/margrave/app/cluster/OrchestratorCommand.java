package dev.margrave.app.cluster;

import com.typesafe.config.Config;
import dev.margrave.app.UserException;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.cluster.OrchestratorNode;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.JournalException;
import dev.margrave.orchestrator.journal.JournalSettings;
import java.time.Clock;
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
      "  margrave orchestrator --config config/deployments/two-orchestrators.conf"
          + " --set margrave.cluster.port=25521"
    })
public final class OrchestratorCommand extends ServiceCommand {
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
      console().out().println("orchestrator at " + address(config));
      console().out().flush();
      node.system().getWhenTerminated().toCompletableFuture().join();
      return 0;
    } catch (JournalException | IllegalArgumentException e) {
      throw UserException.badInput(e.getMessage(), e);
    }
  }

  private static String address(Config config) {
    return config.getString("margrave.cluster.host") + ":" + config.getInt("margrave.cluster.port");
  }
}
