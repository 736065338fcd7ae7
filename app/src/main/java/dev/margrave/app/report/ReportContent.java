package dev.margrave.app.report;

import dev.margrave.app.report.Block.Heading;
import dev.margrave.app.report.Block.Items;
import dev.margrave.app.report.Block.Paragraph;
import dev.margrave.app.report.Block.Pictures;
import dev.margrave.app.report.Block.Table;
import dev.margrave.app.text.Meaning;
import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.Drift;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.MutualInformation;
import dev.margrave.protocol.result.Probe;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What a report says, under its title. */
final class ReportContent {
  private ReportContent() {}

  static String title(ExperimentResults results) {
    return results.experiment() + ": " + results.overall();
  }

  static List<Block> of(ExperimentResults results, Figures figures) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Paragraph("Data set " + results.dataset() + ". " + Meaning.SENTENCE));
    List<Figures.Drawn> drawn = figures.drawn();
    if (!drawn.isEmpty()) {
      blocks.add(new Pictures(drawn.subList(0, 1)));
    }
    gates(results, blocks);
    blocks.addAll(PaperTables.of(results));
    if (drawn.size() > 1) {
      blocks.add(new Heading("Figures"));
      blocks.add(new Pictures(drawn.subList(1, drawn.size())));
    }
    for (Cell cell : Cell.of(results)) {
      cell(cell, results.teachers(), blocks);
    }
    summaries(results, blocks);
    guards(results, blocks);
    steered(results, blocks);
    drifts(results, blocks);
    if (!figures.missing().isEmpty()) {
      blocks.add(new Heading("What is not shown"));
      blocks.add(new Items(figures.missing()));
    }
    provenance(results, blocks);
    return blocks;
  }

  private static void gates(ExperimentResults results, List<Block> blocks) {
    blocks.add(new Heading("Gates"));
    blocks.add(
        new Table(
            Table.columns("gate", "seed", "outcome", "why"),
            results.gates().stream()
                .map(
                    gate ->
                        List.of(
                            gate.kind().label(),
                            Words.cell(gate.seed(), gate.teacherSeed()),
                            gate.outcome().toString(),
                            gate.reason()))
                .toList()));
  }

  private static void cell(Cell cell, List<TeacherRow> teachers, List<Block> blocks) {
    blocks.add(new Heading(Words.cell(cell.seed(), cell.teacherSeed())));
    teachers.stream()
        .filter(row -> row.teacherSeed() == cell.teacherSeed())
        .flatMap(row -> row.result().stream())
        .forEach(found -> blocks.add(teacher(found)));
    blocks.add(
        new Paragraph(
            "Held-out split, nats. The margin is raw, at sampled z, ± its standard error; lower is"
                + " its asymptotic lower confidence bound; p is the permutation test's. The probe,"
                + " a softmax regression on μ(x), was fitted after training and never certifies:"
                + " its margin, and how often it names the teacher's component and the class. MI is"
                + " the information between image and code under the aggregate posterior, ± its"
                + " standard error; the estimate cannot exceed ln M of the M images mixed."));
    blocks.add(
        new Table(
            Table.columns(
                "arm",
                "verdict",
                ">I",
                ">L",
                ">margin at sampled z",
                ">lower",
                ">p",
                ">margin at z = μ",
                ">train margin at sampled z",
                ">KL",
                ">reconstruction",
                ">MSE",
                ">active units",
                ">probe margin",
                ">probe: teacher",
                ">probe: labels",
                ">MI",
                ">attempts",
                ">seconds",
                ">images/s"),
            cell.rows().stream().map(ReportContent::arm).toList()));
  }

  private static Paragraph teacher(TeacherFound found) {
    return new Paragraph(
        "Teacher: %s; teacher information %s nats held out, %s on the training split."
            .formatted(
                found.winner(),
                Numbers.fixed(found.evaluateInformationNats(), 4),
                Numbers.fixed(found.trainInformationNats(), 4)));
  }

  private static List<String> arm(ArmRow row) {
    if (row.result().isEmpty()) {
      return List.of(row.arm().label(), "none: " + row.failure().orElse(""));
    }
    ArmTrained result = row.result().get();
    return List.of(
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
        result.probe().map(probe -> Numbers.signed(probe.marginNats(), 4)).orElse("-"),
        result.probe().map(probe -> percent(probe.teacherAccuracy())).orElse("-"),
        result
            .probe()
            .map(Probe::labelAccuracy)
            .filter(OptionalDouble::isPresent)
            .map(accuracy -> percent(accuracy.getAsDouble()))
            .orElse("-"),
        result.mutualInformation().map(ReportContent::information).orElse("-"),
        Integer.toString(row.attempts()),
        Numbers.fixed(row.effort().seconds(), 1),
        Numbers.fixed(row.imagesPerSecond(), 0));
  }

  private static String percent(double share) {
    return Numbers.fixed(100 * share, 1) + " %";
  }

  private static String information(MutualInformation found) {
    return "%s ± %s of at most %s"
        .formatted(
            Numbers.fixed(found.nats(), 3),
            Numbers.fixed(found.standardErrorNats(), 3),
            Numbers.fixed(found.ceilingNats(), 3));
  }

  /** A margin that was lost on the way is no secret. */
  static String rescued(ArmRow row) {
    int rescues = row.automaticRescues().orElse(0);
    return rescues == 0
        ? ""
        : " (rescued automatically " + (rescues == 1 ? "once)" : rescues + " times)");
  }

  private static void summaries(ExperimentResults results, List<Block> blocks) {
    if (Cell.of(results).size() < 2) {
      return;
    }
    blocks.add(new Heading("Across seeds"));
    blocks.add(new Paragraph("Margins at sampled z."));
    blocks.add(
        new Table(
            Table.columns("arm", ">certified", ">mean margin", ">sd", ">min"),
            results.summaries().stream()
                .map(
                    summary ->
                        List.of(
                            summary.arm().label(),
                            summary.certified() + " of " + summary.cells(),
                            Numbers.signed(summary.meanMarginNats(), 4),
                            Numbers.fixed(summary.sdMarginNats(), 4),
                            Numbers.signed(summary.minMarginNats(), 4)))
                .toList()));
  }

  private static void guards(ExperimentResults results, List<Block> blocks) {
    List<String> lines =
        results.arms().stream()
            .flatMap(
                row ->
                    row.result().flatMap(ArmTrained::guard).stream()
                        .map(
                            guard ->
                                "%s, %s: %s"
                                    .formatted(
                                        row.arm().label(),
                                        Words.cell(row.seed(), row.teacherSeed()),
                                        Words.guard(guard))))
            .toList();
    if (!lines.isEmpty()) {
      blocks.add(new Heading("Rescue guard"));
      blocks.add(new Paragraph("Measured on the training split before a rescue began."));
      blocks.add(new Items(lines));
    }
  }

  /** λ by epochs, where the margin guard moved it. */
  private static void steered(ExperimentResults results, List<Block> blocks) {
    List<String> lines =
        results.arms().stream()
            .filter(
                row ->
                    row.margins().stream().mapToDouble(MarginPoint::lambda).distinct().count() > 1)
            .map(
                row ->
                    "%s, %s: λ %s"
                        .formatted(
                            row.arm().label(),
                            Words.cell(row.seed(), row.teacherSeed()),
                            lambdas(row)))
            .toList();
    if (!lines.isEmpty()) {
      blocks.add(new Heading("Margin guard"));
      blocks.add(
          new Paragraph(
              "The weight λ followed the safe margin of images of the training split; the held-out"
                  + " split decided nothing."));
      blocks.add(new Items(lines));
    }
  }

  /** {@code 100 until epoch 2.0, 200 until epoch 8.0}. */
  private static String lambdas(ArmRow row) {
    List<String> spans = new ArrayList<>();
    List<MarginPoint> points = row.margins();
    for (int i = 0; i < points.size(); i++) {
      boolean last = i == points.size() - 1;
      if (last || points.get(i).lambda() != points.get(i + 1).lambda()) {
        spans.add(
            "%s until epoch %s"
                .formatted(
                    Numbers.fixed(points.get(i).lambda(), 1),
                    Numbers.fixed(points.get(i).epoch(), 2)));
      }
    }
    return String.join(", ", spans);
  }

  private static void drifts(ExperimentResults results, List<Block> blocks) {
    List<String> lines =
        results.arms().stream()
            .filter(row -> row.arm() == Arm.DRIFT)
            .flatMap(
                row ->
                    Drift.of(row.margins()).stream()
                        .map(
                            drift ->
                                "%s: %s nats per epoch; %s"
                                    .formatted(
                                        Words.cell(row.seed(), row.teacherSeed()),
                                        Numbers.signed(drift.slopeNatsPerEpoch(), 4),
                                        drift.crossingStep().isPresent()
                                            ? "crossed the boundary at step "
                                                + drift.crossingStep().getAsLong()
                                            : "did not cross the boundary")))
            .toList();
    if (!lines.isEmpty()) {
      blocks.add(new Heading("Drift"));
      blocks.add(
          new Paragraph(
              "Without alignment, from the final checkpoint of full: the slope of the margin at sampled z,"
                  + " by least squares."));
      blocks.add(new Items(lines));
    }
  }

  private static void provenance(ExperimentResults results, List<Block> blocks) {
    List<String> lines = new ArrayList<>();
    lines.add("spec SHA-256: " + results.specHash());
    results.dataHash().ifPresent(hash -> lines.add("data SHA-256: " + hash));
    results.teachers().stream()
        .filter(row -> row.result().isPresent())
        .forEach(
            row ->
                lines.add(
                    "teacher of seed %d: %s"
                        .formatted(
                            row.teacherSeed(), row.result().get().teacher().train().sha256())));
    results.arms().stream()
        .flatMap(row -> row.result().stream())
        .map(ArmTrained::provenance)
        .map(ReportContent::engine)
        .distinct()
        .forEach(lines::add);
    blocks.add(new Heading("Provenance"));
    blocks.add(new Items(lines));
  }

  private static String engine(Provenance provenance) {
    return "margrave %s, %s %s, %s"
        .formatted(
            provenance.margraveVersion(),
            provenance.engine(),
            provenance.nativeLibrary(),
            Words.plural(provenance.threads(), "thread"));
  }
}
