package dev.margrave.app.client;

import dev.margrave.orchestrator.http.json.RetryJson;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code margrave retry}. */
@Command(
    name = "retry",
    sortOptions = false,
    header = "Try again what failed or was cancelled; what completed is not run again.",
    description = "",
    footer = {"", "Example:", "  margrave retry cifar100-paper --stage full-0"})
public final class RetryCommand extends ControlCommand {
  @Option(
      names = "--stage",
      paramLabel = "S",
      description = "Only this one, as full-0 (default: all).")
  private String stage;

  @Override
  Object body() {
    return new RetryJson(Optional.ofNullable(stage));
  }
}
