package dev.margrave.app.data;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code margrave data}: the data sets. */
@Command(
    name = "data",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    header = "List, fetch and check data sets.",
    footer = {
      "",
      "Examples:",
      "  margrave data list",
      "  margrave data fetch cifar100",
      "  margrave data check ~/downloads/cifar-100-binary.tar.gz"
    },
    subcommands = {DataListCommand.class, DataFetchCommand.class, DataCheckCommand.class})
public final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Without a subcommand. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "data: list, fetch NAME or check PATH is wanted");
  }
}
