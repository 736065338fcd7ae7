package dev.margrave.app.client;

import dev.margrave.app.ExitCode;
import dev.margrave.orchestrator.http.json.ControlledJson;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A command that steers one experiment. */
abstract class ControlCommand extends RemoteCommand {
  @Parameters(paramLabel = "ID", description = "The experiment's name; name~2 after --fresh.")
  private String experiment;

  @Override
  final int call(ApiClient client) {
    String path = ApiClient.experiment(experiment, "/" + spec().name());
    String answer = client.post(path, "application/json", ApiClient.write(body()));
    ControlledJson said = ApiClient.read(answer, ControlledJson.class);
    print(answer, List.of(said.id() + ": " + said.message()));
    return ExitCode.DONE;
  }

  /** What is sent. */
  abstract Object body();

  @Override
  final String experiment() {
    return experiment;
  }
}
