package dev.margrave.app.client;

import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.TextTable;
import dev.margrave.app.text.Words;
import dev.margrave.app.text.Wrap;
import dev.margrave.orchestrator.http.json.ExperimentJson;
import dev.margrave.orchestrator.http.json.GateJson;
import dev.margrave.orchestrator.http.json.Labels;
import dev.margrave.orchestrator.http.json.StageJson;
import dev.margrave.orchestrator.view.StageStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where an experiment stands, for the eye. */
final class StatusText {
  private static final int WIDTH = 98;

  /** More stages of one reason are counted. */
  private static final int MOST_NAMES = 6;

  private StatusText() {}

  static List<String> lines(ExperimentJson experiment) {
    List<String> lines = new ArrayList<>();
    long over =
        experiment.stages().stream()
            .filter(stage -> Labels.parse(StageStatus.class, stage.status()).over())
            .count();
    lines.add(
        "%s: %s, %d of %s over"
            .formatted(
                experiment.id(),
                experiment.status(),
                over,
                Words.plural(experiment.stages().size(), "stage")));
    experiment.problem().ifPresent(problem -> lines.addAll(Wrap.lines(problem, WIDTH)));
    lines.add("");
    lines.addAll(stages(experiment.stages()));
    reasons(experiment.stages(), lines);
    gates(experiment, lines);
    return lines;
  }

  private static List<String> stages(List<StageJson> stages) {
    TextTable table =
        TextTable.of("stage", "status", ">try", "worker", "progress", ">margin z ± se", "verdict");
    for (StageJson stage : stages) {
      table.row(
          stage.stage(),
          stage.status(),
          stage.attempt() == 0 ? "-" : Integer.toString(stage.attempt()),
          stage.worker().orElse("-"),
          stage.progress().map(StatusText::progress).orElse("-"),
          margin(stage),
          verdict(stage));
    }
    return table.lines();
  }

  private static String progress(StageJson.Progress progress) {
    String done =
        progress.total() > 0 ? " %d %%".formatted(100 * progress.done() / progress.total()) : "";
    String speed =
        progress.imagesPerSecond() > 0
            ? ", " + Numbers.count(Math.round(progress.imagesPerSecond())) + " images/s"
            : "";
    return progress.phase() + done + speed;
  }

  private static String margin(StageJson stage) {
    if (stage.result().isPresent() && stage.result().get().marginNats().isPresent()) {
      StageJson.Result result = stage.result().get();
      return margin(result.marginNats().get(), result.standardErrorNats().orElse(Double.NaN));
    }
    return stage
        .margin()
        .map(margin -> margin(margin.marginNats(), margin.standardErrorNats()))
        .orElse("-");
  }

  private static String margin(double marginNats, double standardErrorNats) {
    return Numbers.signed(marginNats, 3) + " ± " + Numbers.fixed(standardErrorNats, 3);
  }

  /** Of a stage that is done; what a margin on the way would say is no verdict. */
  private static String verdict(StageJson stage) {
    return stage
        .result()
        .flatMap(
            result ->
                result
                    .verdict()
                    .map(
                        verdict ->
                            verdict + result.negativeKind().map(kind -> " " + kind).orElse("")))
        .orElse("-");
  }

  /** Each reason once: many stages wait for the same. */
  private static void reasons(List<StageJson> stages, List<String> lines) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (StageJson stage : stages) {
      if (!stage.reason().isEmpty()) {
        names
            .computeIfAbsent(stage.status() + ": " + stage.reason(), key -> new ArrayList<>())
            .add(stage.stage());
      }
    }
    if (!names.isEmpty()) {
      lines.add("");
    }
    names.forEach(
        (reason, of) -> {
          List<String> shown = of.subList(0, Math.min(MOST_NAMES, of.size()));
          String more = of.size() > MOST_NAMES ? " and " + (of.size() - MOST_NAMES) + " more" : "";
          lines.addAll(Wrap.lines(reason + " (" + String.join(", ", shown) + more + ")", WIDTH));
        });
  }

  private static void gates(ExperimentJson experiment, List<String> lines) {
    if (experiment.gates().isEmpty()) {
      return;
    }
    lines.add("");
    lines.add("gates: " + experiment.overall().map(Enum::name).orElse("so far"));
    for (GateJson gate : experiment.gates()) {
      lines.add(
          "  %-12s %s, %s"
              .formatted(gate.outcome(), gate.gate(), Words.cell(gate.seed(), gate.teacherSeed())));
      Wrap.lines(gate.reason(), WIDTH - 15).forEach(line -> lines.add(" ".repeat(15) + line));
    }
  }
}
