package dev.margrave.app.report;

import dev.margrave.app.text.Meaning;
import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.TextTable;
import dev.margrave.app.text.Words;
import dev.margrave.app.text.Wrap;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ArmSummary;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import java.util.ArrayList;
import java.util.List;

/** Results for the eye: a table for each seed and teacher, the gates, what it means. */
public final class ResultsTable {
  private static final int WIDTH = 98;

  private ResultsTable() {}

  /** The lines, none longer than 100 characters unless a reason is. */
  public static List<String> lines(ExperimentResults results) {
    List<String> lines = new ArrayList<>();
    lines.add("Experiment %s on %s".formatted(results.experiment(), results.dataset()));
    for (Cell cell : Cell.of(results)) {
      lines.add("");
      lines.add(heading(cell, results.teachers()));
      lines.addAll(arms(cell.rows()));
    }
    if (Cell.of(results).size() > 1) {
      lines.add("");
      lines.add("across seeds");
      lines.addAll(summaries(results.summaries()));
    }
    lines.add("");
    lines.addAll(gates(results));
    lines.add("");
    lines.addAll(
        Wrap.lines(
            "Held-out split, in nats. margin z: I − L at sampled z (raw, what the verdict is about)"
                + " ± its standard error; lower: its asymptotic lower confidence bound; at μ: the"
                + " deterministic margin; units: active ones.",
            WIDTH));
    lines.addAll(Wrap.lines(Meaning.SENTENCE, WIDTH));
    return lines;
  }

  private static String heading(Cell cell, List<TeacherRow> teachers) {
    String teacher =
        teachers.stream()
            .filter(row -> row.teacherSeed() == cell.teacherSeed())
            .flatMap(row -> row.result().stream())
            .map(ResultsTable::teacher)
            .findFirst()
            .orElse("no teacher");
    return Words.cell(cell.seed(), cell.teacherSeed()) + ": teacher " + teacher;
  }

  private static String teacher(TeacherFound found) {
    return "%s; I = %s held out (%s train)"
        .formatted(
            found.winner(),
            Numbers.fixed(found.evaluateInformationNats(), 3),
            Numbers.fixed(found.trainInformationNats(), 3));
  }

  private static List<String> arms(List<ArmRow> rows) {
    TextTable table =
        TextTable.of(
            "arm",
            "verdict",
            ">L",
            ">margin z ± se",
            ">lower",
            ">at μ",
            ">KL",
            ">recon",
            ">units",
            ">s");
    List<String> failures = new ArrayList<>();
    for (ArmRow row : rows) {
      if (row.result().isPresent()) {
        table.row(cells(row, row.result().get()));
      } else {
        table.row(row.arm().label(), "none", "-", "-", "-", "-", "-", "-", "-", "-");
        failures.add(row.arm().label() + ": " + row.failure().orElse("it has not ended"));
      }
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.addAll(failures);
    return lines;
  }

  private static String[] cells(ArmRow row, ArmTrained result) {
    return new String[] {
      row.arm().label(),
      Words.verdict(result.verdict(), result.negativeKind()),
      Numbers.fixed(result.sampled().alignmentLossNats(), 3),
      Numbers.signed(result.sampled().marginNats(), 3)
          + " ± "
          + Numbers.fixed(result.sampled().standardErrorNats(), 3),
      Numbers.signed(result.sampled().lowerBounds().asymptotic(), 3),
      Numbers.signed(result.atMean().marginNats(), 3),
      Numbers.fixed(result.statistics().klNats(), 2),
      Numbers.fixed(result.statistics().reconstructionNats(), 0),
      Integer.toString(result.statistics().activeUnits()),
      Numbers.fixed(row.effort().seconds(), 0)
    };
  }

  private static List<String> summaries(List<ArmSummary> summaries) {
    TextTable table = TextTable.of("arm", ">certified", ">mean margin at z", ">sd", ">min");
    for (ArmSummary summary : summaries) {
      table.row(
          summary.arm().label(),
          summary.certified() + " of " + summary.cells(),
          Numbers.signed(summary.meanMarginNats(), 3),
          Numbers.fixed(summary.sdMarginNats(), 3),
          Numbers.signed(summary.minMarginNats(), 3));
    }
    return table.lines();
  }

  private static List<String> gates(ExperimentResults results) {
    List<String> lines = new ArrayList<>();
    lines.add("gates: " + results.overall());
    for (Gate gate : results.gates()) {
      lines.add(
          "  %-12s %s, %s"
              .formatted(
                  gate.outcome(),
                  gate.kind().label(),
                  Words.cell(gate.seed(), gate.teacherSeed())));
      lines.addAll(
          Wrap.lines(gate.reason(), WIDTH - 15).stream()
              .map(line -> " ".repeat(15) + line)
              .toList());
    }
    return lines;
  }
}
