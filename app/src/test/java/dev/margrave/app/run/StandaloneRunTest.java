package dev.margrave.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.app.TinyExperiment;
import dev.margrave.app.text.Numbers;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One real run, and everything that is done with a finished one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandaloneRunTest {
  @TempDir static Path shared;
  private Path experiment;
  private Path dataDirectory;
  private Path run;
  private Cli.Said first;

  @BeforeAll
  void runOnce() throws IOException {
    experiment = TinyExperiment.write(shared);
    dataDirectory = shared.resolve("a data dir, 100 % 'odd'");
    first = Cli.in(dataDirectory).run("run", experiment);
    run = dataDirectory.resolve("experiments/tiny");
  }

  @Test
  void itRunsToItsEnd() throws IOException {
    assertTrue(
        first.exitCode() == ExitCode.DONE || first.exitCode() == ExitCode.NOT_SHOWN, first::err);
    assertEquals("", first.err());
    for (String stage :
        List.of("teacher-0", "full-0", "ablation-0", "rescue-0", "drift-0", "collapse-0")) {
      assertTrue(first.out().contains(stage + " done: "), stage);
    }
    assertFalse(first.out().contains("\u001b"), "escape codes without a terminal");
    assertTrue(first.out().contains("gates: "));
    assertTrue(first.out().contains("Report: " + run.resolve("report/report.html")));
    JsonNode json = results(run.resolve("results.json"));
    assertEquals(6, json.get("arms").size());
    assertEquals(5, json.get("gates").size());
    assertEquals(
        json.get("arms").get(1).get("checkpointSha256"),
        json.get("arms").get(2).get("startedFrom"));
    for (String file : List.of("report.html", "report.md", "results.csv", "results.json")) {
      assertTrue(Files.size(run.resolve("report").resolve(file)) > 0, file);
    }
    assertTrue(Files.size(dataDirectory.resolve("logs/margrave.log")) > 0);
  }

  @Test
  void aFinishedRunPrintsItsResultsAgain() throws IOException {
    Path out = shared.resolve("again");
    Cli.Said again = Cli.in(dataDirectory).run("run", experiment, "--out", out, "--json");
    assertEquals(first.exitCode(), again.exitCode());
    assertEquals(Files.readString(run.resolve("results.json")), again.out());
    assertEquals(Files.readString(out.resolve("results.json")), again.out());
    assertFalse(again.err().contains("started"), again.err());
  }

  @Test
  void anotherSpecOfThatNameIsRefusedWithTheDifference() {
    Cli.Said said = Cli.in(dataDirectory).run("run", experiment, "--set", "training.epochs=4");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(said.err().contains("- training.epochs = 3\n  + training.epochs = 4"), said.err());
    assertTrue(said.err().contains("--fresh"), said.err());
  }

  @Test
  void whatChangesNoResultMayChange() {
    Cli.Said said =
        Cli.in(dataDirectory)
            .run("run", experiment, "--set", "training.checkpoint-every=9 s", "--json");
    assertEquals(first.exitCode(), said.exitCode());
  }

  @Test
  void aFinishedRunNeedsItsDataNoMore() {
    Path gone = shared.resolve("gone");
    Cli.Said said =
        Cli.in(dataDirectory).run("run", experiment, "--set", "dataset.path=" + gone, "--json");
    assertEquals(first.exitCode(), said.exitCode(), said::err);
    Cli.Said anew =
        Cli.in(dataDirectory).run("run", experiment, "--set", "dataset.path=" + gone, "--fresh");
    assertEquals(ExitCode.BAD_INPUT, anew.exitCode());
    assertTrue(anew.err().contains("dataset.path = " + gone), anew.err());
  }

  @Test
  void theReportCanBeWrittenAgain() throws IOException {
    Path out = shared.resolve("report of it");
    Cli.Said said = Cli.in(dataDirectory).run("report", "tiny", "--out", out);
    assertEquals(first.exitCode(), said.exitCode());
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.toList()) {
        assertEquals(
            -1,
            Files.mismatch(file, run.resolve("report").resolve(file.getFileName())),
            file::toString);
      }
    }
    Cli.Said unknown = Cli.in(dataDirectory).run("report", "tinny", "--out", out);
    assertEquals(ExitCode.BAD_INPUT, unknown.exitCode());
    assertEquals(
        "margrave: no experiment 'tinny' has finished in %s; did you mean 'tiny'?%n"
            .formatted(dataDirectory),
        unknown.err());
  }

  @Test
  void theReportDrawsWhatTheRunLeft() throws Exception {
    Path report = run.resolve("report");
    String page = Files.readString(report.resolve("report.html"));
    JsonNode arms = results(run.resolve("results.json")).get("arms");
    for (String figure :
        List.of("margins", "margins-by-arm", "intervals", "kl", "reconstructions", "confusion-0")) {
      assertTrue(ImageIO.read(report.resolve(figure + ".png").toFile()).getWidth() > 1200, figure);
      assertTrue(page.contains("<figure id=\"" + figure + "\">"), figure);
    }
    assertFalse(page.contains("What is not shown"), page);
    String intervals = Files.readString(report.resolve("intervals.svg"));
    String curves = Files.readString(report.resolve("margins.svg"));
    for (JsonNode arm : arms) {
      double margin = arm.get("marginNats").doubleValue();
      assertTrue(
          intervals.contains("seed 0: " + Numbers.signed(margin, 3) + "  ["),
          arm.get("arm").asText());
      assertTrue(curves.contains(", " + Numbers.signed(margin, 4) + ")"), arm.get("arm").asText());
    }
    JsonNode statistics =
        results(run.resolve("evidence.json")).get("arms").get(0).get("result").get("statistics");
    double first = 0;
    for (JsonNode kl : statistics.get("klPerDimensionNats")) {
      first = Math.max(first, kl.doubleValue());
    }
    String latent = Files.readString(report.resolve("kl.svg"));
    assertTrue(latent.contains(" nats: " + Numbers.fixed(first, 4) + " "), latent);
  }

  @Test
  void everyStageLeavesItsPicture() throws IOException {
    for (String stage :
        List.of("full", "ablation", "rescue", "drift", "collapse", "rescue-from-collapse")) {
      var picture = ImageIO.read(run.resolve(stage + "-0/samples.png").toFile());
      assertEquals(8 * 68 - 4, picture.getWidth());
      assertEquals(2 * 64 + 4, picture.getHeight());
    }
    JsonNode confusion = results(run.resolve("teacher-0/confusion.json"));
    assertEquals(4, confusion.get("components").intValue());
    assertEquals(10, confusion.get("labels").size());
    int images = 0;
    for (JsonNode row : confusion.get("counts")) {
      for (JsonNode count : row) {
        images += count.intValue();
      }
    }
    assertEquals(256, images);
  }

  @Test
  void aRunOfAnOlderVersionIsReportedWithoutItsPictures(@TempDir Path elsewhere)
      throws IOException {
    Path copy = copy(elsewhere.resolve("experiments"));
    Files.delete(copy.resolve("teacher-0/confusion.json"));
    Files.writeString(copy.resolve("full-0/samples.png"), "half a pic");
    Path out = elsewhere.resolve("out");
    Cli.Said said = Cli.in(elsewhere).run("report", "copied", "--out", out);
    assertEquals(first.exitCode(), said.exitCode(), said::err);
    String markdown = Files.readString(out.resolve("report.md"));
    assertTrue(
        markdown.contains(
            "- There is no figure of the teachers' components by label: no teacher search left"
                + " confusion.json"),
        markdown);
    assertTrue(
        markdown.contains(
            "- There is no figure of the reconstructions: samples.png of full-0 is no picture of"
                + " samples"),
        markdown);
    assertTrue(Files.exists(out.resolve("kl.svg")));
    assertFalse(Files.exists(out.resolve("reconstructions.svg")));
    Files.delete(copy.resolve("full-0/samples.png"));
    Cli.in(elsewhere).run("report", "copied", "--out", out);
    assertTrue(Files.exists(out.resolve("reconstructions.svg")), "of the arms that have one");
  }

  @Test
  void verifyFindsEverythingInOrderAnywhere(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    Cli.Said said = Cli.plain().run("verify", copy);
    assertEquals(
        "VERIFIED: 24 files have the hashes of the run, and 12 certificates, their verdicts and all"
            + " gates come out the same.\n",
        said.out());
    assertEquals(ExitCode.DONE, said.exitCode());
  }

  @Test
  void smallFilesAreNoEvidence(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    Files.delete(copy.resolve("teacher-0/confusion.json"));
    Files.delete(copy.resolve("full-0/samples.png"));
    Cli.Said said = Cli.plain().run("verify", copy);
    assertEquals(ExitCode.DONE, said.exitCode(), said::err);
  }

  @Test
  void aManifestOfAnOlderVersionNamesThemAndIsVerified(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    String file = "teacher-0/confusion.json";
    Files.writeString(
        copy.resolve("SHA256SUMS"),
        DirectoryArtefactStore.sha256(copy.resolve(file)) + "  " + file + "\n",
        StandardOpenOption.APPEND);
    Cli.Said said = Cli.plain().run("verify", copy);
    assertTrue(said.out().startsWith("VERIFIED: 25 files "), said::out);
    assertEquals(ExitCode.DONE, said.exitCode());
  }

  @Test
  void recomputeMeasuresEveryArmAnew(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    Cli.Said said = Cli.in(elsewhere).run("verify", copy, "--recompute");
    assertEquals(ExitCode.DONE, said.exitCode(), said::out);
    assertTrue(said.out().startsWith("reading the data set shapes\nfull-0 (1 of 6): "), said.out());
    assertTrue(
        said.out()
            .contains(
                " Measured anew from 6 final checkpoints and the data, 6 arms agree with the tables"
                    + " and numbers recorded: "),
        said.out());
    Cli.Said json = Cli.in(elsewhere).run("verify", copy, "--recompute", "--json");
    JsonNode recomputed = new ObjectMapper().readTree(json.out()).get("recomputed");
    assertEquals(6, recomputed.get("arms").intValue());
    assertTrue(
        recomputed.get("compared").asText().matches("[0-9,]+ numbers bit for bit"),
        recomputed::toString);
    assertTrue(json.err().contains("rescue-0 (3 of 6): training images\n"), json.err());
  }

  @Test
  void onlyRecomputeSeesWeightsThatWereChangedWithAllTheirHashes(@TempDir Path elsewhere)
      throws IOException {
    Path copy = copy(elsewhere);
    String file = checkpointFile(3);
    byte[] bytes = Files.readAllBytes(copy.resolve(file));
    ByteBuffer last = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // The last tensor is a weight: adam-m, adam-v and weight come in this order.
    int at = bytes.length - Float.BYTES;
    last.putFloat(at, last.getFloat(at) + 0.5f);
    replaceFile(copy, file, bytes);
    assertEquals(ExitCode.DONE, Cli.plain().run("verify", copy).exitCode());
    Cli.Said said = Cli.in(elsewhere).run("verify", copy, "--recompute");
    assertEquals(ExitCode.NOT_SHOWN, said.exitCode());
    assertTrue(
        said.out().contains("\nNOT VERIFIED: drift-0, ln w at sampled z of sample 0, image 0,"),
        said.out());
    assertTrue(said.out().contains(": recomputed "), said.out());
    assertTrue(said.out().contains(", recorded "), said.out());
  }

  @Test
  void recomputeSeesOtherData(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    String hash = results(run.resolve("evidence.json")).get("dataHash").asText();
    replaceEverywhere(copy, hash, "1".repeat(64));
    assertEquals(ExitCode.DONE, Cli.plain().run("verify", copy).exitCode());
    Cli.Said said = Cli.in(elsewhere).run("verify", copy, "--recompute");
    assertEquals(ExitCode.NOT_SHOWN, said.exitCode());
    assertTrue(
        said.out()
            .endsWith(
                "NOT VERIFIED: the data's SHA-256: recomputed %s, recorded %s\n"
                    .formatted(hash, "1".repeat(64))),
        said.out());
  }

  @Test
  void recomputeSeesAMarginOfTheTrainingSplitThatNoTableHolds(@TempDir Path elsewhere)
      throws IOException {
    Path copy = copy(elsewhere);
    JsonNode drift = results(run.resolve("evidence.json")).get("arms").get(3).get("result");
    String was = drift.get("trainMarginNats").asText();
    replaceEverywhere(copy, was, "0.7654321");
    assertEquals(ExitCode.DONE, Cli.plain().run("verify", copy).exitCode());
    Cli.Said said = Cli.in(elsewhere).run("verify", copy, "--recompute");
    assertTrue(
        said.out()
            .contains(
                "NOT VERIFIED: drift-0, the training split's margin: recomputed "
                    + was
                    + ", recorded 0.7654321"),
        said.out());
  }

  /** No hash holds these and no table: only the weights and the images. */
  @ParameterizedTest
  @CsvSource({
    "statistics/reconstructionNats, the reconstruction",
    "statistics/meanSquaredError, the mean squared error",
    "statistics/klNats, the KL",
    "statistics/klPerDimensionNats/2, the KL of dimension 2",
    "probe/teacherAccuracy, the probe's accuracy to the teacher",
    "probe/labelAccuracy, the probe's accuracy to labels",
    "probe/marginNats, the probe's margin",
    "mutualInformation/nats, the mutual information",
    "mutualInformation/standardErrorNats, the mutual information's standard error",
  })
  void recomputeSeesNumbersThatNothingElseHolds(String field, String words, @TempDir Path elsewhere)
      throws IOException {
    Path copy = copy(elsewhere);
    JsonNode full = results(run.resolve("evidence.json")).get("arms").get(0).get("result");
    String was = full.at("/" + field).asText();
    replaceEverywhere(copy, was, "7.654321");
    assertEquals(ExitCode.DONE, Cli.plain().run("verify", copy).exitCode());
    Cli.Said said = Cli.in(elsewhere).run("verify", copy, "--recompute");
    assertTrue(
        said.out()
            .contains(
                "NOT VERIFIED: full-0, %s: recomputed %s, recorded 7.654321".formatted(words, was)),
        said.out());
  }

  @Test
  void recomputeNeedsCheckpointsAndData(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    Path gone = copy.resolve(checkpointFile(0));
    Files.delete(gone);
    Cli.Said said = Cli.in(elsewhere).run("verify", copy, "--recompute");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals(
        "margrave: --recompute needs the final checkpoint of full-0, and %s is not there; copy it back%n"
            .formatted(gone),
        said.err());
    Path whole = copy(elsewhere.resolve("whole"));
    Path nowhere = elsewhere.resolve("nowhere at all");
    Cli.Said other = Cli.in(elsewhere).run("verify", whole, "--recompute", "--data", nowhere);
    assertEquals(ExitCode.BAD_INPUT, other.exitCode());
    assertTrue(
        other
            .err()
            .startsWith(
                "margrave: --recompute needs the run's data set. dataset.path = " + nowhere),
        other.err());
    assertTrue(other.err().contains("say where it is with --data PATH"), other.err());
    Cli.Said useless = Cli.plain().run("verify", whole, "--data", nowhere);
    assertEquals(ExitCode.BAD_INPUT, useless.exitCode());
    assertEquals(
        "margrave: --data is read by --recompute alone; add that, or leave --data out%n"
            .formatted(),
        useless.err());
  }

  private String checkpointFile(int arm) throws IOException {
    JsonNode trained = results(run.resolve("evidence.json")).get("arms").get(arm).get("result");
    String path = trained.get("checkpoint").get("artefact").get("path").asText();
    return path.substring(path.indexOf('/') + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spec.conf",
        "evidence.json",
        "results.json",
        "teacher-0/teacher-evaluate.npy",
        "teacher-0/leaderboard.json",
        "full-0/witness-sampled.npy",
        "collapse-0/witness-at-mean.npy"
      })
  void verifyNamesAFileThatChanged(String file, @TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    byte[] bytes = Files.readAllBytes(copy.resolve(file));
    bytes[bytes.length / 2] ^= 1;
    Files.write(copy.resolve(file), bytes);
    notVerified(copy, file + " has SHA-256 ");
    Files.delete(copy.resolve(file));
    notVerified(copy, file + " is missing");
  }

  @Test
  void verifyRecomputesWhatTheHashesCannotTell(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    JsonNode json = results(run.resolve("evidence.json"));
    String margin = json.get("arms").get(0).get("result").get("sampled").get("marginNats").asText();
    forge(copy, "evidence.json", margin, "0.7654321");
    forge(copy, "results.json", margin, "0.7654321");
    notVerified(copy, "full-0 at sampled z, the margin: recomputed " + margin);
  }

  /** What readers see of a number elsewhere is that number. */
  @Test
  void aCurveEndsAtTheMarginAndATeacherHasItsInformation(@TempDir Path elsewhere)
      throws IOException {
    JsonNode evidence = results(run.resolve("evidence.json"));
    JsonNode margins = evidence.at("/arms/0/margins");
    String last = margins.get(margins.size() - 1).get("marginNats").asText();
    Path curve = copy(elsewhere.resolve("curve"));
    String text = Files.readString(curve.resolve("evidence.json"));
    int at = text.lastIndexOf(last, text.indexOf("\"arm\" : \"ablation\""));
    String forged = text.substring(0, at) + "0.7654321" + text.substring(at + last.length());
    replaceFile(curve, "evidence.json", forged.getBytes(StandardCharsets.UTF_8));
    notVerified(curve, "full-0, the last point of its curve: recomputed " + last);
    String information = evidence.at("/teachers/0/result/evaluateInformationNats").asText();
    Path teacher = copy(elsewhere.resolve("teacher"));
    forge(
        teacher,
        "evidence.json",
        "\"evaluateInformationNats\" : " + information,
        "\"evaluateInformationNats\" : 9.5");
    String results = Files.readString(teacher.resolve("results.json"));
    String shown = "\"teacherInformationNats\" : ";
    replaceFile(
        teacher,
        "results.json",
        results
            .replaceFirst(Pattern.quote(shown + information), shown + "9.5")
            .getBytes(StandardCharsets.UTF_8));
    notVerified(teacher, "teacher-0, the teacher information: recomputed " + information);
  }

  /** A folder from somebody else reaches nothing outside of itself. */
  @Test
  void aSpecThatIncludesSomethingIsNotRead(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("secret.conf"), "experiment.seeds = [9]");
    for (String include : List.of("file(\"%s\")", "required(file(\"%s\"))", " \"%s\"")) {
      Path copy = copy(elsewhere.resolve(Integer.toString(include.length())));
      String spec = Files.readString(copy.resolve("spec.conf"));
      String line = "include " + include.formatted(secret) + "\n";
      replaceFile(copy, "spec.conf", (line + spec).getBytes(StandardCharsets.UTF_8));
      notVerified(copy, "spec.conf includes something else; a run leaves none that does");
    }
  }

  @Test
  void evidenceThatLeadsOutOfTheFolderIsNamed(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    forge(copy, "evidence.json", "/full-0/witness-sampled.npy", "/../../witness-sampled.npy");
    for (List<Object> form :
        List.of(List.<Object>of("verify", copy), List.<Object>of("verify", copy, "--recompute"))) {
      Cli.Said said = Cli.in(elsewhere).run(form.toArray());
      assertEquals(ExitCode.NOT_SHOWN, said.exitCode(), said::err);
      assertTrue(said.out().startsWith("NOT VERIFIED: evidence.json: artefact '"), said::out);
    }
  }

  @Test
  void evidenceThatIsGoneIsNoBadInput(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    Files.delete(copy.resolve("evidence.json"));
    Cli.Said said = Cli.in(elsewhere).run("verify", copy, "--recompute");
    assertEquals(ExitCode.NOT_SHOWN, said.exitCode());
    assertEquals("NOT VERIFIED: evidence.json is missing\n", said.out());
  }

  @Test
  void theEvidenceCannotSayHowFarItMayBeOff(@TempDir Path elsewhere) throws IOException {
    JsonNode sampled =
        results(run.resolve("evidence.json")).get("arms").get(0).get("result").get("sampled");
    Path copy = copy(elsewhere);
    replaceEverywhere(copy, sampled.get("roundoffBoundNats").asText(), "10.0");
    replaceEverywhere(copy, sampled.get("marginNats").asText(), "0.7654321");
    notVerified(copy, "full-0 at sampled z, the margin: recomputed ");
  }

  @Test
  void verifyComparesTheBoundsToo(@TempDir Path elsewhere) throws IOException {
    JsonNode sampled =
        results(run.resolve("evidence.json")).get("arms").get(0).get("result").get("sampled");
    Path bound = copy(elsewhere.resolve("bound"));
    String was = sampled.get("roundoffBoundNats").asText();
    replaceEverywhere(bound, was, "1.0E-30");
    notVerified(bound, "full-0 at sampled z, the roundoff bound: recomputed " + was);
    Path confidence = copy(elsewhere.resolve("confidence"));
    replaceEverywhere(confidence, "\"confidence\" : 0.95", "\"confidence\" : 0.99");
    notVerified(confidence, "full-0 at sampled z, the confidence: recomputed 0.95, recorded 0.99");
  }

  @Test
  void verifyNamesAMarginEditedForReaders(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    JsonNode json = results(run.resolve("evidence.json"));
    String margin = json.get("arms").get(0).get("result").get("sampled").get("marginNats").asText();
    forge(copy, "results.json", margin, "0.7654321");
    notVerified(copy, "results.json differs from what the evidence says");
  }

  @ParameterizedTest
  @ValueSource(strings = {"teacher-0/teacher-evaluate.npy", "full-0/witness-sampled.npy"})
  void oneByteOfATableCountsThoughAllHashesWereForged(String file, @TempDir Path elsewhere)
      throws IOException {
    Path copy = copy(elsewhere);
    byte[] bytes = Files.readAllBytes(copy.resolve(file));
    bytes[bytes.length - 2] ^= 0x10;
    replaceFile(copy, file, bytes);
    notVerified(copy, "full-0 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"startedFrom", "specHash"})
  void verifyReadsWhatACheckpointSaysOfItself(String field, @TempDir Path elsewhere)
      throws IOException {
    Path copy = copy(elsewhere);
    JsonNode rescue = results(run.resolve("evidence.json")).get("arms").get(2).get("result");
    String path = rescue.get("checkpoint").get("artefact").get("path").asText();
    String file = path.substring(path.indexOf('/') + 1);
    byte[] bytes = Files.readAllBytes(copy.resolve(file));
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    String name = "\"" + field + "\":\"";
    int at = latin.indexOf(name) + name.length();
    String was = latin.substring(at, at + 64);
    String forged = "0".repeat(64);
    bytes = latin.replace(was, forged).getBytes(StandardCharsets.ISO_8859_1);
    replaceFile(copy, file, bytes);
    String what =
        field.equals("specHash")
            ? "the spec's SHA-256 in its checkpoint"
            : "the start in its checkpoint";
    notVerified(copy, "rescue-0, %s: recomputed %s, recorded %s".formatted(what, was, forged));
  }

  @Test
  void verifyRefusesAnotherStartInTheEvidence(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    JsonNode arms = results(run.resolve("evidence.json")).get("arms");
    String full = checkpoint(arms.get(0));
    String ablation = checkpoint(arms.get(1));
    String evidence = Files.readString(copy.resolve("evidence.json"));
    int at = evidence.indexOf(ablation, evidence.indexOf("\"startedFrom\" : {"));
    assertTrue(at >= 0, "no start in the evidence");
    String forged = evidence.substring(0, at) + full + evidence.substring(at + 64);
    replaceFile(copy, "evidence.json", forged.getBytes(StandardCharsets.UTF_8));
    notVerified(copy, "results.json differs from what the evidence says");
  }

  private static String checkpoint(JsonNode arm) {
    return arm.get("result").get("checkpoint").get("artefact").get("sha256").asText();
  }

  @Test
  void verifyRefusesAnotherSpec(@TempDir Path elsewhere) throws IOException {
    Path copy = copy(elsewhere);
    forge(copy, "spec.conf", "alignment.safety-margin = 0.05", "alignment.safety-margin = 0.01");
    notVerified(copy, "the spec's SHA-256: recomputed ");
  }

  @Test
  void verifyRefusesWhatIsNoRun(@TempDir Path elsewhere) {
    Cli.Said said = Cli.plain().run("verify", elsewhere);
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(said.err().contains("holds no SHA256SUMS, so no finished run"), said.err());
    Cli.Said missing = Cli.plain().run("verify", elsewhere.resolve("missing"));
    assertEquals(ExitCode.BAD_INPUT, missing.exitCode());
    assertTrue(missing.err().contains("there is no such folder"), missing.err());
  }

  /** Changes a file and its line in the manifest, as a careful forger would. */
  private static void forge(Path copy, String name, String from, String to) throws IOException {
    String text = Files.readString(copy.resolve(name));
    assertTrue(text.contains(from), name + " has no " + from);
    replaceFile(copy, name, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
  }

  /** Changes a text in evidence and results. */
  private static void replaceEverywhere(Path copy, String from, String to) throws IOException {
    forge(copy, "evidence.json", from, to);
    Path results = copy.resolve("results.json");
    String text = Files.readString(results).replace(from, to);
    replaceFile(copy, "results.json", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Changes a file, and its hash wherever that is written. */
  private static void replaceFile(Path copy, String name, byte[] bytes) throws IOException {
    Path file = copy.resolve(name);
    String before = DirectoryArtefactStore.sha256(file);
    Files.write(file, bytes);
    String after = DirectoryArtefactStore.sha256(file);
    if (name.contains("/")) {
      replaceEverywhere(copy, before, after);
    }
    Path manifest = copy.resolve("SHA256SUMS");
    Files.writeString(manifest, Files.readString(manifest).replace(before, after));
  }

  private static void notVerified(Path copy, String reason) {
    Cli.Said said = Cli.plain().run("verify", copy);
    assertEquals(ExitCode.NOT_SHOWN, said.exitCode());
    assertTrue(said.out().startsWith("NOT VERIFIED: " + reason), said.out());
  }

  private Path copy(Path to) throws IOException {
    Path copy = to.resolve("copied");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(run.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return copy;
  }

  private static JsonNode results(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
