package dev.margrave.app.client;

import dev.margrave.orchestrator.http.json.ExtendJson;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code margrave extend}. */
@Command(
    name = "extend",
    sortOptions = false,
    header = "Add seeds to an experiment; the cells that are there are not touched.",
    description = "",
    footer = {"", "Example:", "  margrave extend cifar100-paper --seeds 5,6,10..14"})
public final class ExtendCommand extends ControlCommand {
  @Option(
      names = "--seeds",
      required = true,
      split = ",",
      paramLabel = "SEED",
      description = "Numbers and ranges, as 5,6 or 5..9.")
  private List<String> seeds;

  @Override
  Object body() {
    return new ExtendJson(SeedRanges.expand(seeds));
  }
}
