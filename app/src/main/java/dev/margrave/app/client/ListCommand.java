package dev.margrave.app.client;

import dev.margrave.app.ExitCode;
import dev.margrave.app.text.TextTable;
import dev.margrave.orchestrator.http.json.ExperimentsJson;
import dev.margrave.orchestrator.http.json.SummaryJson;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code margrave list}: the experiments of a server. */
@Command(
    name = "list",
    sortOptions = false,
    header = "List the experiments of an orchestrator, the youngest first.",
    description = "",
    footer = {"", "Example:", "  margrave list --server http://margrave.example:8080"})
public final class ListCommand extends RemoteCommand {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  int call(ApiClient client) {
    String answer = client.get("/experiments");
    print(answer, lines(ApiClient.read(answer, ExperimentsJson.class).experiments()));
    return ExitCode.DONE;
  }

  @Override
  String experiment() {
    return "";
  }

  private static List<String> lines(List<SummaryJson> experiments) {
    if (experiments.isEmpty()) {
      return List.of("No experiments yet; submit one with: margrave submit FILE");
    }
    TextTable table =
        TextTable.of(
            "experiment",
            "status",
            "gates",
            ">stages",
            ">done",
            ">failed",
            "data set",
            "submitted, UTC");
    for (SummaryJson line : experiments) {
      table.row(
          line.id(),
          line.status(),
          line.overall().map(Enum::name).orElse("-"),
          Integer.toString(line.stages()),
          Integer.toString(line.completed()),
          Integer.toString(line.failed()),
          line.dataset(),
          TIME.format(line.submitted()));
    }
    return table.lines();
  }
}
