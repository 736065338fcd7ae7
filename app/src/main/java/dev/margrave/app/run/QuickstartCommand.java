package dev.margrave.app.run;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.EngineOption;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code margrave quickstart}: the whole protocol on generated images. */
@Command(
    name = "quickstart",
    sortOptions = false,
    header = "See the whole protocol on generated images, in under three minutes on two cores.",
    description = {
      "",
      "Searches a teacher, trains the certified arm, its ablation, and the rescue from the ablation's"
          + " checkpoint, and ends with the table of margins and gates and the report.",
      ""
    },
    footer = {"", "Example:", "  margrave quickstart"})
public final class QuickstartCommand extends BaseCommand {
  private static final String RESOURCE = "quickstart.conf";

  @Option(
      names = "--seconds-budget",
      paramLabel = "N",
      description =
          "Trains so much less, or more, as to take about N seconds on two cores, 60 to 3600"
              + " (default: as the file says, under 180).")
  private Integer secondsBudget;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes (default: <data-dir>/experiments/<name>/report).")
  private Path out;

  @Option(names = "--fresh", description = "Start anew beside the old run.")
  private boolean fresh;

  @Option(
      names = "--no-page",
      description = "Serves no page to watch and steer the run in a browser of this machine.")
  private boolean noPage;

  @Mixin private EngineOption engine;

  @Override
  public Integer call() {
    engine.require();
    ExperimentSpec spec = SpecLoader.parse(RESOURCE, text(), List.of());
    if (secondsBudget != null) {
      if (!Budget.RANGE.contains(secondsBudget)) {
        throw new ParameterException(
            spec().commandLine(),
            "--seconds-budget %d: %s seconds are wanted".formatted(secondsBudget, Budget.RANGE));
      }
      spec = SpecLoader.parse(RESOURCE, text(), Budget.overrides(spec, secondsBudget));
    }
    RunOptions options =
        new RunOptions(
            spec, dataDirectory(), Optional.ofNullable(out), fresh, !noPage, Again.command(spec()));
    return StandaloneRun.execute(options, console(), json());
  }

  private static String text() {
    try (InputStream in = QuickstartCommand.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
