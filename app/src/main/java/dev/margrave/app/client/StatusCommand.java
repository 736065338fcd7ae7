package dev.margrave.app.client;

import dev.margrave.app.ExitCode;
import dev.margrave.orchestrator.http.json.ExperimentJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code margrave status}: where one experiment stands. */
@Command(
    name = "status",
    sortOptions = false,
    header = "Show where an experiment stands: its stages, why they wait, its gates.",
    description = "",
    footer = {"", "Example:", "  margrave status cifar100-paper"})
public final class StatusCommand extends RemoteCommand {
  @Parameters(paramLabel = "ID", description = "The experiment's name; name~2 after --fresh.")
  private String experiment;

  @Override
  int call(ApiClient client) {
    String answer = client.get(ApiClient.experiment(experiment, ""));
    print(answer, StatusText.lines(ApiClient.read(answer, ExperimentJson.class)));
    return ExitCode.DONE;
  }

  @Override
  String experiment() {
    return experiment;
  }
}
