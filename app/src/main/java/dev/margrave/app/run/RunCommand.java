package dev.margrave.app.run;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.EngineOption;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code margrave run}: one experiment, followed to its end. */
@Command(
    name = "run",
    sortOptions = false,
    header = "Run an experiment and follow it to its end.",
    description = {
      "",
      "Goes on where it stopped when it was interrupted; prints its results when it had finished.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave run config/experiments/cifar100-small.conf --set dataset.path=data",
      "  margrave run mine.conf --set seeds=[7,8] --set training.epochs=4 --fresh",
      "",
      "Exit codes: 0 every gate PASS, 1 a gate is not PASS, 2 bad input, 3 the run failed,",
      "130 interrupted, state kept."
    })
public final class RunCommand extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "An experiment file (HOCON).")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Overrides a key of the file, as --set training.epochs=4; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes (default: <data-dir>/experiments/<name>/report).")
  private Path out;

  @Option(names = "--fresh", description = "Start anew beside the old run of that name.")
  private boolean fresh;

  @Option(
      names = "--no-page",
      description = "Serves no page to watch and steer the run in a browser of this machine.")
  private boolean noPage;

  @Mixin private EngineOption engine;

  @Override
  public Integer call() {
    engine.require();
    ExperimentSpec spec = SpecLoader.load(file, overrides);
    RunOptions options =
        new RunOptions(
            spec, dataDirectory(), Optional.ofNullable(out), fresh, !noPage, Again.command(spec()));
    return StandaloneRun.execute(options, console(), json());
  }
}
