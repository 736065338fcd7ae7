package dev.margrave.app.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.Samples;
import dev.margrave.app.report.Block.Heading;
import dev.margrave.app.report.Block.Paragraph;
import dev.margrave.app.report.Block.Table;
import dev.margrave.app.text.Meaning;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.worker.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaperTablesTest {
  private static ArmRow row(Arm arm, long seed, long teacher, double margin) {
    boolean constant = arm == Arm.COLLAPSE;
    return new ArmRow(
        arm,
        seed,
        teacher,
        Optional.of(Samples.trained(arm, margin, constant, '1', Optional.empty())),
        Optional.empty(),
        1,
        Effort.NONE,
        List.of());
  }

  private static ExperimentResults results(List<ArmRow> rows) {
    ExperimentResults passed = Samples.passed();
    return new ExperimentResults(
        passed.experiment(),
        passed.dataset(),
        passed.specHash(),
        passed.dataHash(),
        passed.overall(),
        passed.gates(),
        passed.teachers(),
        rows,
        passed.summaries());
  }

  private static Table table(List<Block> blocks, String heading) {
    assertEquals(new Heading(heading), blocks.get(0));
    assertInstanceOf(Paragraph.class, blocks.get(1));
    assertEquals(new Paragraph(Meaning.SENTENCE), blocks.get(3));
    assertEquals(4, blocks.size());
    return (Table) blocks.get(2);
  }

  @Test
  void eachSeedIsARowWithTheSpineInItsOrder() {
    List<ArmRow> rows = new ArrayList<>();
    for (long seed = 0; seed < 2; seed++) {
      rows.add(row(Arm.ABLATION, seed, seed, -0.4));
      rows.add(row(Arm.FULL, seed, seed, 1.0 + seed));
      rows.add(row(Arm.DRIFT, seed, seed, 0.5));
      rows.add(row(Arm.COLLAPSE, seed, seed, -0.2));
    }
    rows.add(row(Arm.RESCUE_FROM_COLLAPSE, 1, 1, 0.75));
    Table table = table(PaperTables.of(results(rows)), "Prevention, collapse and rescue by seed");
    assertEquals(
        List.of("seed", ">full", ">ablation", ">collapse", ">rescue-from-collapse"),
        table.columns());
    assertEquals(
        List.of(
            List.of(
                "0",
                "+1.000 CERTIFIED",
                "−0.400 NEGATIVE misaligned",
                "−0.200 NEGATIVE constant",
                "-"),
            List.of(
                "1",
                "+2.000 CERTIFIED",
                "−0.400 NEGATIVE misaligned",
                "−0.200 NEGATIVE constant",
                "+0.750 CERTIFIED"),
            List.of("mean ± sd", "+1.500 ± 0.707", "−0.400 ± 0.000", "−0.200 ± 0.000", "+0.750")),
        table.rows());
  }

  @Test
  void fixedTeachersAreTheRows() {
    List<ArmRow> rows = new ArrayList<>();
    for (long teacher : List.of(13L, 11L)) {
      rows.add(row(Arm.FULL, 0, teacher, teacher / 10.0));
      rows.add(row(Arm.ABLATION, 0, teacher, -0.4));
    }
    Table table =
        table(PaperTables.of(results(rows)), "Prevention, collapse and rescue by teacher");
    assertEquals(List.of("teacher", ">full", ">ablation"), table.columns());
    assertEquals("teacher 11, seed 0", table.rows().get(0).get(0));
    assertEquals("+1.100 CERTIFIED", table.rows().get(0).get(1));
    assertEquals("teacher 13, seed 0", table.rows().get(1).get(0));
  }

  @Test
  void baselinesStandBesideTheirProbes() {
    List<Block> blocks = new ArrayList<>();
    PaperTables.compared(
        "Baselines", List.of(row(Arm.ABLATION, 0, 0, -0.4), row(Arm.ABLATION, 1, 1, -0.3)), blocks);
    Table table = table(blocks, "Baselines");
    assertEquals(
        List.of(
            List.of(
                "ablation",
                "2",
                "2 of 2",
                "−0.350 ± 0.071",
                "+0.580 ± 0.000",
                "62.0 ± 0.0 %",
                "31.0 ± 0.0 %",
                "1801.4 ± 0.0",
                "46.12 ± 0.00",
                "6.10 ± 0.00")),
        table.rows());
    assertEquals(table.columns().size(), table.rows().get(0).size());
  }

  private static ArmRow failed(Arm arm, long seed) {
    return new ArmRow(
        arm, seed, seed, Optional.empty(), Optional.of("out of memory"), 3, Effort.NONE, List.of());
  }

  @Test
  void onlyBaselinesAreAmongThemAndThoseWithoutAResultCount() {
    List<ArmRow> rows =
        List.of(
            row(Arm.FULL, 0, 0, 1),
            row(Arm.BASELINE_GECO, 0, 0, -0.4),
            failed(Arm.BASELINE_GECO, 1),
            row(Arm.BASELINE_VANILLA, 0, 0, 0.9),
            failed(Arm.BASELINE_BN_VAE, 0));
    Table table = table(PaperTables.of(results(rows)), "Baselines");
    assertEquals(
        List.of("baseline-vanilla", "1", "0 of 1", "+0.900"), table.rows().get(0).subList(0, 4));
    assertEquals(
        List.of("baseline-bn-vae", "1", "0 of 1 (1 without a result)", "-"),
        table.rows().get(1).subList(0, 4));
    assertEquals(
        List.of("baseline-geco", "2", "1 of 2 (1 without a result)", "−0.400"),
        table.rows().get(2).subList(0, 4));
    assertEquals(3, table.rows().size());
  }

  @Test
  void anArmWithoutAResultIsNotOneThatWasNotAskedFor() {
    List<ArmRow> rows =
        List.of(row(Arm.FULL, 0, 0, 1), row(Arm.ABLATION, 0, 0, -0.4), failed(Arm.ABLATION, 1));
    Table table = table(PaperTables.of(results(rows)), "Prevention, collapse and rescue by seed");
    assertEquals(List.of("1", "-", "no result"), table.rows().get(1));
  }

  @Test
  void whatHasNothingInItIsLeftOut() {
    assertEquals(List.of(), PaperTables.of(results(List.of())));
    assertEquals(List.of(), PaperTables.of(results(List.of(row(Arm.FULL, 0, 0, 1)))));
    assertTrue(
        PaperTables.of(Samples.failed()).stream()
            .noneMatch(block -> block.equals(new Heading("Baselines"))));
  }
}
