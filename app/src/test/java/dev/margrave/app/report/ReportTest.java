package dev.margrave.app.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Samples;
import dev.margrave.app.text.Json;
import dev.margrave.app.text.Meaning;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.ResultsJson;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.worker.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path folder;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theTableIsHandsomeAtAHundredColumns() {
    List<String> lines = ResultsTable.lines(Samples.passed());
    assertEquals(
        """
        Experiment sample on shapes

        seed 0: teacher diagonal, d = 64, K = 32, temperature 2.0; I = 1.800 held out (2.000 train)
        arm       verdict                  L   margin z ± se   lower    at μ     KL  recon  units   s
        ────────  ───────────────────  ─────  ──────────────  ──────  ──────  ─────  ─────  ─────  ──
        full      CERTIFIED            0.695  +1.105 ± 0.008  +1.092  +1.205  46.12   1801    116  40
        ablation  NEGATIVE misaligned  2.172  −0.372 ± 0.008  −0.385  −0.272  46.12   1801    116  40
        rescue    CERTIFIED            0.637  +1.163 ± 0.008  +1.150  +1.263  46.12   1801    116  40

        gates: PASS
          PASS         full-certifies, seed 0
                       CERTIFIED
          PASS         ablation-negative, seed 0
                       NEGATIVE
          PASS         rescue-certifies, seed 0
                       CERTIFIED, from ablation-0

        Held-out split, in nats. margin z: I − L at sampled z (raw, what the verdict is about) ± its
        standard error; lower: its asymptotic lower confidence bound; at μ: the deterministic margin;
        units: active ones.
        A certificate says that variation relative to its teacher passes through the latent code; it does
        not rule out other forms of posterior collapse.
        """,
        String.join("\n", lines) + "\n");
    assertTrue(lines.stream().allMatch(line -> line.length() <= 100));
  }

  @Test
  void aFailedArmIsInTheTableWithItsReason() {
    String table = String.join("\n", ResultsTable.lines(Samples.failed()));
    assertTrue(table.contains("rescue    none   "), table);
    assertTrue(table.contains("rescue: the loss is no longer a number, at step 12"), table);
    assertTrue(table.contains("gates: FAIL"), table);
  }

  @Test
  void theJsonHasTheContractsFields() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ReportWriter.json(Samples.passed()));
    assertEquals("sample", json.get("experiment").textValue());
    assertEquals("shapes", json.get("dataset").textValue());
    assertEquals(Samples.hash('5'), json.get("specHash").textValue());
    assertEquals(Samples.hash('d'), json.get("dataHash").textValue());
    assertEquals("PASS", json.get("gates").get(0).get("outcome").textValue());
    JsonNode rescue = json.get("arms").get(2);
    for (String field :
        List.of(
            "arm",
            "seed",
            "teacherSeed",
            "verdict",
            "negativeKind",
            "teacherInformationNats",
            "alignmentLossNats",
            "marginNats",
            "marginAtMeanNats",
            "trainMarginNats",
            "standardErrorNats",
            "lowerBoundNats",
            "safeMarginNats",
            "witnessInformationNats",
            "klNats",
            "reconstructionNats",
            "activeUnits",
            "probeAccuracy",
            "probeTeacherAccuracy",
            "probeMarginNats",
            "mutualInformationNats",
            "mutualInformationStandardErrorNats",
            "startedFrom",
            "checkpointSha256",
            "attempts",
            "seconds",
            "imagesPerSecond")) {
      assertTrue(rescue.has(field), field);
    }
    assertEquals("rescue", rescue.get("arm").textValue());
    assertEquals("CERTIFIED", rescue.get("verdict").textValue());
    assertTrue(rescue.get("negativeKind").isNull());
    assertEquals("misaligned", json.get("arms").get(1).get("negativeKind").textValue());
    assertEquals(Samples.hash('2'), rescue.get("startedFrom").textValue());
    assertEquals(
        json.get("arms").get(1).get("checkpointSha256").textValue(),
        rescue.get("startedFrom").textValue());
    assertEquals(1250, rescue.get("imagesPerSecond").doubleValue(), 1e-9);
    assertEquals(1.163, rescue.get("marginNats").doubleValue());
    assertEquals(1.263, rescue.get("marginAtMeanNats").doubleValue(), 1e-12);
    assertEquals(0.31, rescue.get("probeAccuracy").doubleValue());
    assertEquals(0.62, rescue.get("probeTeacherAccuracy").doubleValue());
    assertEquals(0.58, rescue.get("probeMarginNats").doubleValue());
    assertEquals(6.1, rescue.get("mutualInformationNats").doubleValue());
    assertEquals(0.02, rescue.get("mutualInformationStandardErrorNats").doubleValue());
  }

  @Test
  void evidenceOfBeforeTheProbeReadsAndPrintsAsItDid() throws IOException {
    String old =
        Json.write(Samples.passed())
            .replaceAll(",\\s*\"probe\" : \\{[^}]*\\}", "")
            .replaceAll(",\\s*\"mutualInformation\" : \\{[^}]*\\}", "");
    assertFalse(old.contains("probe") || old.contains("mutualInformation"), old);
    ExperimentResults read = Json.read(old, ExperimentResults.class);
    assertEquals(Optional.empty(), read.arms().get(0).result().orElseThrow().probe());
    assertEquals(Optional.empty(), read.arms().get(0).result().orElseThrow().mutualInformation());
    assertEquals(old, Json.write(read));
    String json = ReportWriter.json(read);
    assertTrue(json.contains("\"probeAccuracy\" : null"), json);
    assertFalse(json.contains("probeMarginNats") || json.contains("mutualInformation"), json);
  }

  @Test
  void infinitiesAreStringsAndAnArmWithoutResultIsNull() throws IOException {
    ExperimentResults failed = Samples.failed();
    List<ArmRow> arms = new ArrayList<>(failed.arms());
    arms.set(
        0,
        new ArmRow(
            Arm.FULL,
            0,
            0,
            Optional.of(
                Samples.trained(Arm.FULL, Double.NEGATIVE_INFINITY, false, '1', Optional.empty())),
            Optional.empty(),
            1,
            Effort.NONE,
            List.of()));
    ExperimentResults results =
        new ExperimentResults(
            failed.experiment(),
            failed.dataset(),
            failed.specHash(),
            Optional.empty(),
            failed.overall(),
            failed.gates(),
            failed.teachers(),
            arms,
            failed.summaries());
    JsonNode json = new ObjectMapper().readTree(ReportWriter.json(results));
    assertEquals("-Infinity", json.get("arms").get(0).get("marginNats").textValue());
    assertEquals("Infinity", json.get("arms").get(0).get("alignmentLossNats").textValue());
    assertTrue(json.get("arms").get(2).get("verdict").isNull());
    assertTrue(json.get("dataHash").isNull());
    ReportWriter.write(results, 0.05, StageFiles.NONE, folder);
    assertTrue(Files.readString(folder.resolve("report.md")).contains("−∞"));
  }

  @Test
  void theEvidenceReadsBackAsItWas() throws IOException {
    for (ExperimentResults results : List.of(Samples.passed(), Samples.failed())) {
      ExperimentResults read = Json.read(Json.write(results), ExperimentResults.class);
      assertEquals(results, read);
    }
  }

  @Test
  void aReportIsAPageTextTablesAndFigures() throws IOException {
    Path report = folder.resolve("new/report");
    ReportWriter.write(Samples.passed(), 0.05, StageFiles.NONE, report);
    assertEquals(
        List.of(
            "intervals.png",
            "intervals.svg",
            "kl.png",
            "kl.svg",
            "margins-by-arm.png",
            "margins-by-arm.svg",
            "margins.png",
            "margins.svg",
            "report.html",
            "report.md",
            "results.csv",
            "results.json"),
        names(report));
    String markdown = Files.readString(report.resolve("report.md"));
    assertTrue(markdown.startsWith("# sample: PASS\n\nData set shapes. "), markdown);
    assertTrue(markdown.contains(Meaning.SENTENCE));
    assertTrue(markdown.contains("](margins.svg)"));
    assertTrue(
        markdown.contains(
            """

            ## Gates

            | gate | seed | outcome | why |
            |---|---|---|---|
            | full-certifies | seed 0 | PASS | CERTIFIED |
            """),
        markdown);
    assertTrue(
        markdown.contains("| +0.5800 | 62.0 % | 31.0 % | 6.100 ± 0.020 of at most 8.517 |"),
        markdown);
    assertTrue(markdown.contains("## Prevention, collapse and rescue by seed"), markdown);
    assertTrue(
        markdown.contains(
            "| 0 | +1.105 CERTIFIED | −0.372 NEGATIVE misaligned | +1.163 CERTIFIED |"),
        markdown);
    assertTrue(markdown.contains("alignment gradients: code 5.0e-01, head 2.5e-01"), markdown);
    assertTrue(markdown.contains("There is no figure of the reconstructions: no arm left"));
    List<String> csv = Files.readAllLines(report.resolve("results.csv"));
    assertEquals(4, csv.size());
    assertTrue(csv.get(0).startsWith("arm,seed,teacherSeed,verdict,negativeKind,"), csv.get(0));
    assertTrue(csv.get(2).startsWith("ablation,0,0,NEGATIVE,misaligned,1.8,2.172,-0.372,"));
  }

  @Test
  void commasAndQuotesInCsvAreQuoted() {
    String csv = ResultsCsv.of(ResultsJson.of(Samples.failed()));
    assertTrue(csv.contains("\"the loss is no longer a number, at step 12\""), csv);
  }
}
