package dev.margrave.app.report;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.text.Json;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.spec.loading.SpecLoader;
import dev.margrave.protocol.spec.loading.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code margrave report}: writes the report of a finished experiment again. */
@Command(
    name = "report",
    sortOptions = false,
    header = "Write the report of a finished experiment.",
    description = {"", "results.json, results.csv, report.md, margins.svg and margins.png.", ""},
    footer = {"", "Example:", "  margrave report quickstart --out reports/quickstart"})
public final class ReportCommand extends BaseCommand {
  @Parameters(paramLabel = "ID", description = "The experiment's name; name~2 after --fresh.")
  private String experiment;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the files go; the folder is made when missing.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    RunDirectory directory = find();
    ExperimentResults results =
        Json.read(Files.readString(directory.evidence()), ExperimentResults.class);
    double safetyMarginNats =
        SpecLoader.load(directory.spec(), List.of()).alignment().safetyMarginNats();
    ReportWriter.write(results, safetyMarginNats, out);
    if (json()) {
      console().out().print(ReportWriter.json(results));
    } else {
      ResultsTable.lines(results).forEach(console().out()::println);
      console().out().println();
      console().out().println("Report: " + out.resolve("report.md"));
    }
    console().out().flush();
    return ExitCode.of(results);
  }

  private RunDirectory find() throws IOException {
    List<String> names = finished();
    if (!names.contains(experiment)) {
      String mend =
          names.isEmpty() ? "; none has finished there yet" : Suggestion.mend(experiment, names);
      throw UserException.badInput(
          "no experiment '%s' has finished in %s%s".formatted(experiment, dataDirectory(), mend));
    }
    return RunDirectory.of(dataDirectory(), experiment);
  }

  private List<String> finished() throws IOException {
    Path experiments = dataDirectory().resolve("experiments");
    if (!Files.isDirectory(experiments)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(experiments)) {
      return folders
          .filter(folder -> new RunDirectory(folder).finished())
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }
}
