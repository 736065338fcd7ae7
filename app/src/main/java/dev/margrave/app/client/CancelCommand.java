package dev.margrave.app.client;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code margrave cancel}. */
@Command(
    name = "cancel",
    sortOptions = false,
    header = "End all stages of an experiment that are not over; what completed stays.",
    description = "",
    footer = {"", "Example:", "  margrave cancel cifar100-paper"})
public final class CancelCommand extends ControlCommand {
  @Override
  Object body() {
    return Map.of();
  }
}
