package dev.margrave.app.client;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code margrave resume}. */
@Command(
    name = "resume",
    sortOptions = false,
    header = "Go on with an experiment that is paused.",
    description = "",
    footer = {"", "Example:", "  margrave resume cifar100-paper"})
public final class ResumeCommand extends ControlCommand {
  @Override
  Object body() {
    return Map.of();
  }
}
