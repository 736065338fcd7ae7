package dev.margrave.app.client;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code margrave pause}. */
@Command(
    name = "pause",
    sortOptions = false,
    header = "Pause an experiment: what runs checkpoints and frees its slots.",
    description = "",
    footer = {"", "Example:", "  margrave pause cifar100-paper"})
public final class PauseCommand extends ControlCommand {
  @Override
  Object body() {
    return Map.of();
  }
}
