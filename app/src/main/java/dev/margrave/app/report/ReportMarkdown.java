package dev.margrave.app.report;

import dev.margrave.app.text.Meaning;
import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ArmSummary;
import dev.margrave.orchestrator.result.Drift;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import java.util.List;
import java.util.Optional;

/** report.md. */
final class ReportMarkdown {
  private ReportMarkdown() {}

  /**
   * The report.
   *
   * @param figure file name of the margins' picture; empty when none could be drawn
   */
  static String of(ExperimentResults results, Optional<String> figure) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(results.experiment()).append(": ").append(results.overall());
    text.append("\n\nData set ").append(results.dataset()).append(". ");
    text.append(Meaning.SENTENCE).append("\n");
    figure.ifPresent(
        file -> text.append("\n![Margins at sampled z over epochs](").append(file).append(")\n"));
    gates(results, text);
    for (Cell cell : Cell.of(results)) {
      cell(cell, results.teachers(), text);
    }
    summaries(results, text);
    guards(results, text);
    drifts(results, text);
    provenance(results, text);
    return text.toString();
  }

  private static void gates(ExperimentResults results, StringBuilder text) {
    text.append("\n## Gates\n\n| gate | seed | outcome | why |\n|---|---|---|---|\n");
    for (Gate gate : results.gates()) {
      row(
          text,
          gate.kind().label(),
          Words.cell(gate.seed(), gate.teacherSeed()),
          gate.outcome().toString(),
          gate.reason());
    }
  }

  private static void cell(Cell cell, List<TeacherRow> teachers, StringBuilder text) {
    text.append("\n## ").append(Words.cell(cell.seed(), cell.teacherSeed())).append("\n\n");
    teachers.stream()
        .filter(row -> row.teacherSeed() == cell.teacherSeed())
        .flatMap(row -> row.result().stream())
        .forEach(found -> teacher(found, text));
    text.append(
        "Held-out split, nats. The margin is raw, at sampled z, ± its standard error; lower is its"
            + " asymptotic lower confidence bound; p is the permutation test's.\n\n");
    text.append(
        "| arm | verdict | I | L | margin at sampled z | lower | p | margin at z = μ | train margin"
            + " at sampled z | KL | reconstruction | MSE | active units | attempts | seconds |"
            + " images/s |\n");
    text.append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    cell.rows().forEach(row -> arm(row, text));
  }

  private static void teacher(TeacherFound found, StringBuilder text) {
    text.append(
        "Teacher: %s; teacher information %s nats held out, %s on the training split.\n\n"
            .formatted(
                found.winner(),
                Numbers.fixed(found.evaluateInformationNats(), 4),
                Numbers.fixed(found.trainInformationNats(), 4)));
  }

  private static void arm(ArmRow row, StringBuilder text) {
    if (row.result().isEmpty()) {
      text.append("| %s | none: %s |%n".formatted(row.arm().label(), row.failure().orElse("")));
      return;
    }
    ArmTrained result = row.result().get();
    row(
        text,
        row.arm().label(),
        Words.verdict(result.verdict(), result.negativeKind())
            + (result.audit().passed() ? "" : " (latent-only audit failed)")
            + rescued(row),
        Numbers.fixed(result.sampled().teacherInformationNats(), 4),
        Numbers.fixed(result.sampled().alignmentLossNats(), 4),
        Numbers.signed(result.sampled().marginNats(), 4)
            + " ± "
            + Numbers.fixed(result.sampled().standardErrorNats(), 4),
        Numbers.signed(result.sampled().lowerBounds().asymptotic(), 4),
        Numbers.fixed(result.permutationPValue(), 3),
        Numbers.signed(result.atMean().marginNats(), 4),
        Numbers.signed(result.trainMarginNats(), 4),
        Numbers.fixed(result.statistics().klNats(), 3),
        Numbers.fixed(result.statistics().reconstructionNats(), 1),
        Numbers.fixed(result.statistics().meanSquaredError(), 5),
        Integer.toString(result.statistics().activeUnits()),
        Integer.toString(row.attempts()),
        Numbers.fixed(row.effort().seconds(), 1),
        Numbers.fixed(row.imagesPerSecond(), 0));
  }

  /** A margin that was lost on the way is no secret. */
  private static String rescued(ArmRow row) {
    int rescues = row.automaticRescues().orElse(0);
    return rescues == 0
        ? ""
        : " (rescued automatically " + (rescues == 1 ? "once)" : rescues + " times)");
  }

  private static void summaries(ExperimentResults results, StringBuilder text) {
    if (Cell.of(results).size() < 2) {
      return;
    }
    text.append("\n## Across seeds\n\nMargins at sampled z.\n\n");
    text.append("| arm | certified | mean margin | sd | min |\n|---|--:|--:|--:|--:|\n");
    for (ArmSummary summary : results.summaries()) {
      row(
          text,
          summary.arm().label(),
          summary.certified() + " of " + summary.cells(),
          Numbers.signed(summary.meanMarginNats(), 4),
          Numbers.fixed(summary.sdMarginNats(), 4),
          Numbers.signed(summary.minMarginNats(), 4));
    }
  }

  private static void guards(ExperimentResults results, StringBuilder text) {
    List<String> lines =
        results.arms().stream()
            .flatMap(
                row ->
                    row.result().flatMap(ArmTrained::guard).stream()
                        .map(
                            guard ->
                                "- %s, %s: %s%n"
                                    .formatted(
                                        row.arm().label(),
                                        Words.cell(row.seed(), row.teacherSeed()),
                                        Words.guard(guard))))
            .toList();
    if (!lines.isEmpty()) {
      text.append("\n## Rescue guard\n\nMeasured on the training split before a rescue began.\n\n");
      lines.forEach(text::append);
    }
  }

  private static void drifts(ExperimentResults results, StringBuilder text) {
    List<String> lines =
        results.arms().stream()
            .filter(row -> row.arm() == Arm.DRIFT)
            .flatMap(
                row ->
                    Drift.of(row.margins()).stream()
                        .map(
                            drift ->
                                "- %s: %s nats per epoch; %s%n"
                                    .formatted(
                                        Words.cell(row.seed(), row.teacherSeed()),
                                        Numbers.signed(drift.slopeNatsPerEpoch(), 4),
                                        drift.crossingStep().isPresent()
                                            ? "crossed the boundary at step "
                                                + drift.crossingStep().getAsLong()
                                            : "did not cross the boundary")))
            .toList();
    if (!lines.isEmpty()) {
      text.append(
          "\n## Drift\n\nWithout alignment, from the certified model: the slope of the margin at"
              + " sampled z, by least squares.\n\n");
      lines.forEach(text::append);
    }
  }

  private static void provenance(ExperimentResults results, StringBuilder text) {
    text.append("\n## Provenance\n\n- spec SHA-256: ").append(results.specHash());
    results.dataHash().ifPresent(hash -> text.append("\n- data SHA-256: ").append(hash));
    results.teachers().stream()
        .filter(row -> row.result().isPresent())
        .forEach(
            row ->
                text.append("\n- teacher of seed ")
                    .append(row.teacherSeed())
                    .append(": ")
                    .append(row.result().get().teacher().train().sha256()));
    results.arms().stream()
        .flatMap(row -> row.result().stream())
        .map(ArmTrained::provenance)
        .map(ReportMarkdown::engine)
        .distinct()
        .forEach(line -> text.append("\n- ").append(line));
    text.append("\n");
  }

  private static String engine(Provenance provenance) {
    return "margrave %s, %s %s, %s"
        .formatted(
            provenance.margraveVersion(),
            provenance.engine(),
            provenance.nativeLibrary(),
            Words.plural(provenance.threads(), "thread"));
  }

  private static void row(StringBuilder text, String... cells) {
    for (String cell : cells) {
      text.append("| ").append(cell.replace("|", "\\|").replace("\n", " ")).append(' ');
    }
    text.append("|\n");
  }
}
