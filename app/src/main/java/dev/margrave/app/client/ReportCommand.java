package dev.margrave.app.client;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.report.ReportWriter;
import dev.margrave.app.report.ResultsTable;
import dev.margrave.app.report.RunDirectory;
import dev.margrave.app.report.StageFiles;
import dev.margrave.app.text.Json;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.spec.loading.SpecLoader;
import dev.margrave.protocol.spec.loading.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    description = {
      "",
      "report.html, one page with everything in it; report.md, results.json, results.csv; and the",
      "figures as .svg and .png: margins, margins-by-arm, intervals, kl, reconstructions and",
      "confusion-<teacher seed>.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave report quickstart --out reports/quickstart",
      "  margrave report cifar100-paper --out reports/paper --server http://127.0.0.1:8080"
    })
public final class ReportCommand extends BaseCommand {
  @Parameters(paramLabel = "ID", description = "The experiment's name; name~2 after --fresh.")
  private String experiment;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the files go; the folder is made when missing.")
  private Path out;

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:MARGRAVE_SERVER:-}",
      description =
          "Of an experiment of this orchestrator (default: MARGRAVE_SERVER, or else of the data"
              + " directory).")
  private String server;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:MARGRAVE_TOKEN:-}",
      description = "Sent to that server; better set MARGRAVE_TOKEN.")
  private String token;

  /** What a report is made of; {@code safetyMarginNats} is τ. */
  private record Evidence(ExperimentResults results, double safetyMarginNats, StageFiles files) {}

  @Override
  public Integer call() throws IOException {
    Evidence evidence = server.isBlank() ? fromDirectory() : fromServer();
    ReportWriter.write(evidence.results(), evidence.safetyMarginNats(), evidence.files(), out);
    if (json()) {
      console().out().print(ReportWriter.json(evidence.results()));
    } else {
      ResultsTable.lines(evidence.results()).forEach(console().out()::println);
      console().out().println();
      console().out().println("Report: " + out.resolve(ReportWriter.PAGE));
    }
    console().out().flush();
    return ExitCode.of(evidence.results());
  }

  private Evidence fromServer() {
    ApiClient client = ServerOptions.client(server, token);
    try {
      ExperimentResults results = Watch.evidence(client, experiment);
      // Without an arm that completed there is no curve that it could be drawn beside.
      double safetyMarginNats =
          results.arms().stream()
              .flatMap(row -> row.result().stream())
              .findFirst()
              .map(trained -> trained.sampled().safetyMarginNats())
              .orElse(0.0);
      return new Evidence(results, safetyMarginNats, filesOf(client));
    } catch (ApiException e) {
      throw RemoteCommand.refusal(client, e, experiment);
    } catch (UnreachableException e) {
      throw UserException.failed(e.getMessage(), e);
    }
  }

  /** What the server does not have, or not for us, is missing; the report goes without. */
  private StageFiles filesOf(ApiClient client) {
    return (stage, file) -> {
      try {
        return client.file(
            ApiClient.experiment(experiment, "/stages/" + stage.text() + "/" + file.label()));
      } catch (ApiException | UnreachableException e) {
        throw new UncheckedIOException(new IOException(e.getMessage(), e));
      }
    };
  }

  private Evidence fromDirectory() throws IOException {
    RunDirectory directory = find();
    return new Evidence(
        Json.read(Files.readString(directory.evidence()), ExperimentResults.class),
        SpecLoader.load(directory.spec(), List.of()).alignment().safetyMarginNats(),
        directory.stageFiles());
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
