package dev.margrave.app.report;

import dev.margrave.app.report.Block.Heading;
import dev.margrave.app.report.Block.Paragraph;
import dev.margrave.app.report.Block.Table;
import dev.margrave.app.text.Meaning;
import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.Probe;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The tables in which the paper shows its result: prevention, collapse and rescue by seed or by
 * teacher, and baselines beside what a probe finds in their codes.
 */
final class PaperTables {
  private static final List<Arm> SPINE =
      List.of(Arm.FULL, Arm.ABLATION, Arm.RESCUE, Arm.COLLAPSE, Arm.RESCUE_FROM_COLLAPSE);
  private static final String BASELINE = "baseline-";

  private PaperTables() {}

  /** Those that have something in them, each with the sentence on what it means. */
  static List<Block> of(ExperimentResults results) {
    List<Block> blocks = new ArrayList<>();
    spine(results, blocks);
    compared(
        "Baselines",
        results.arms().stream().filter(row -> row.arm().label().startsWith(BASELINE)).toList(),
        blocks);
    return blocks;
  }

  private static void spine(ExperimentResults results, List<Block> blocks) {
    List<Arm> arms =
        SPINE.stream().filter(arm -> results.arms().stream().anyMatch(isDone(arm))).toList();
    List<Cell> cells =
        Cell.of(results).stream()
            .filter(cell -> cell.rows().stream().anyMatch(row -> arms.contains(row.arm())))
            .toList();
    if (arms.size() < 2) {
      return;
    }
    boolean fixed = cells.stream().anyMatch(cell -> cell.seed() != cell.teacherSeed());
    Comparator<Cell> order = Comparator.comparingLong(Cell::teacherSeed);
    List<List<String>> rows = new ArrayList<>();
    (fixed ? cells.stream().sorted(order.thenComparingLong(Cell::seed)) : cells.stream())
        .forEach(cell -> rows.add(row(cell, arms, fixed)));
    if (cells.size() > 1) {
      rows.add(means(cells, arms));
    }
    blocks.add(
        new Heading(
            fixed
                ? "Prevention, collapse and rescue by teacher"
                : "Prevention, collapse and rescue by seed"));
    blocks.add(new Paragraph("Raw margins at sampled z, held out, in nats, and their verdicts."));
    List<String> columns = new ArrayList<>();
    columns.add(fixed ? "teacher" : "seed");
    arms.forEach(arm -> columns.add(">" + arm.label()));
    blocks.add(new Table(columns, rows));
    blocks.add(new Paragraph(Meaning.SENTENCE));
  }

  private static Predicate<ArmRow> isDone(Arm arm) {
    return row -> row.arm() == arm && row.result().isPresent();
  }

  private static List<String> row(Cell cell, List<Arm> arms, boolean fixed) {
    List<String> row = new ArrayList<>();
    row.add(
        fixed
            ? "teacher %d, seed %d".formatted(cell.teacherSeed(), cell.seed())
            : Long.toString(cell.seed()));
    for (Arm arm : arms) {
      row.add(
          cell.rows().stream()
              .filter(of -> of.arm() == arm)
              .findFirst()
              .map(of -> of.result().map(trained -> judged(of, trained)).orElse("no result"))
              .orElse("-"));
    }
    return row;
  }

  private static String judged(ArmRow row, ArmTrained trained) {
    return "%s %s%s"
        .formatted(
            Numbers.signed(trained.sampled().marginNats(), 3),
            Words.verdict(trained.verdict(), trained.negativeKind()),
            ReportContent.rescued(row));
  }

  private static List<String> means(List<Cell> cells, List<Arm> arms) {
    List<String> row = new ArrayList<>();
    row.add("mean ± sd");
    for (Arm arm : arms) {
      row.add(
          signed(
              cells.stream()
                  .flatMap(cell -> cell.rows().stream())
                  .filter(isDone(arm))
                  .flatMap(done -> done.result().stream())
                  .mapToDouble(trained -> trained.sampled().marginNats())
                  .toArray()));
    }
    return row;
  }

  /** Raw margins beside what a probe finds: mean ± sd over the seeds and teachers of each arm. */
  static void compared(String title, List<ArmRow> rows, List<Block> blocks) {
    List<List<String>> lines =
        Arrays.stream(Arm.values())
            .map(arm -> rows.stream().filter(row -> row.arm() == arm).toList())
            .filter(of -> !of.isEmpty())
            .map(PaperTables::comparison)
            .toList();
    if (lines.isEmpty()) {
      return;
    }
    blocks.add(new Heading(title));
    blocks.add(
        new Paragraph(
            "Held out, mean ± standard deviation over seeds and teachers. The raw margin, at"
                + " sampled z, and its verdict are the witness's; the probe was fitted to μ(x) after training and"
                + " never certifies: where it finds the teacher and the witness does not, the codes"
                + " hold what does not reach the witness."));
    blocks.add(
        new Table(
            Table.columns(
                "arm",
                ">runs",
                ">negative",
                ">margin at sampled z",
                ">probe margin at z = μ",
                ">probe: teacher",
                ">probe: labels",
                ">reconstruction",
                ">KL",
                ">mutual information"),
            lines));
    blocks.add(new Paragraph(Meaning.SENTENCE));
  }

  private static List<String> comparison(List<ArmRow> rows) {
    List<ArmTrained> done = rows.stream().flatMap(row -> row.result().stream()).toList();
    long negative = done.stream().filter(arm -> arm.verdict() == Verdict.NEGATIVE).count();
    return List.of(
        rows.get(0).arm().label(),
        Integer.toString(rows.size()),
        negative + " of " + rows.size() + without(rows.size() - done.size()),
        signed(done.stream().mapToDouble(arm -> arm.sampled().marginNats()).toArray()),
        signed(probes(done, probe -> OptionalDouble.of(probe.marginNats()))),
        percent(probes(done, probe -> OptionalDouble.of(probe.teacherAccuracy()))),
        percent(probes(done, Probe::labelAccuracy)),
        plain(done.stream().mapToDouble(arm -> arm.statistics().reconstructionNats()).toArray(), 1),
        plain(done.stream().mapToDouble(arm -> arm.statistics().klNats()).toArray(), 2),
        plain(
            done.stream()
                .flatMap(arm -> arm.mutualInformation().stream())
                .mapToDouble(information -> information.nats())
                .toArray(),
            2));
  }

  private static String without(int results) {
    return results == 0 ? "" : " (%d without a result)".formatted(results);
  }

  private static double[] probes(List<ArmTrained> done, Function<Probe, OptionalDouble> number) {
    return done.stream()
        .flatMap(arm -> arm.probe().stream())
        .map(number)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .toArray();
  }

  private static String signed(double... values) {
    return values.length == 0 ? "-" : Numbers.signed(mean(values), 3) + deviation(values, 3);
  }

  private static String plain(double[] values, int decimals) {
    return values.length == 0
        ? "-"
        : Numbers.fixed(mean(values), decimals) + deviation(values, decimals);
  }

  private static String percent(double... values) {
    double[] hundredths = Arrays.stream(values).map(value -> 100 * value).toArray();
    return values.length == 0 ? "-" : plain(hundredths, 1) + " %";
  }

  private static double mean(double... values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** Of a sample; nothing of one value. */
  private static String deviation(double[] values, int decimals) {
    if (values.length < 2) {
      return "";
    }
    double mean = mean(values);
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return " ± " + Numbers.fixed(Math.sqrt(squares / (values.length - 1)), decimals);
  }
}
