package dev.margrave.app.client;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code margrave watch}: follows an experiment. */
@Command(
    name = "watch",
    sortOptions = false,
    header = "Follow an experiment to its end; Ctrl-C ends only the watching.",
    description = {
      "",
      "Waits for an orchestrator that is away for a while, and goes on when it is back.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  margrave watch cifar100-paper",
      "",
      "Exit codes: 0 every gate PASS, 1 a gate is not PASS, 2 bad input, 3 it failed or was cancelled,",
      "130 interrupted; the experiment goes on."
    })
public final class WatchCommand extends RemoteCommand {
  @Parameters(paramLabel = "ID", description = "The experiment's name; name~2 after --fresh.")
  private String experiment;

  @Override
  int call(ApiClient client) {
    return new Watch(client, experiment, console(), json()).follow();
  }

  @Override
  String experiment() {
    return experiment;
  }
}
