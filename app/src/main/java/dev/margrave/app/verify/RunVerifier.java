package dev.margrave.app.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.margrave.app.report.ReportWriter;
import dev.margrave.app.report.RunDirectory;
import dev.margrave.app.text.Json;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.Results;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.spec.loading.SpecException;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Recomputes a run from its folder: hashes first, then that the files agree with each other, then
 * certificates and verdicts from the teacher and witness tables, then the gates.
 */
final class RunVerifier {
  /** Of the experiment files' language. What a stranger's folder includes could be anywhere. */
  private static final Pattern INCLUDE =
      Pattern.compile("\\binclude\\s*(\"|(url|file|classpath|required)\\s*\\()");

  private final RunDirectory directory;
  private int files;
  private int certificates;

  RunVerifier(RunDirectory directory) {
    this.directory = directory;
  }

  /** Files whose hash was checked. */
  int files() {
    return files;
  }

  /** Certificates that were computed anew. */
  int certificates() {
    return certificates;
  }

  /**
   * Also measures every arm anew.
   *
   * @param dataDirectory whose data sets are looked at when no path is given
   * @param data where the data set is, if that was said
   * @param progress is told what comes next
   * @return how that was compared, in words
   * @throws MismatchException naming the first thing that differs
   * @throws dev.margrave.app.UserException when a final checkpoint or the data is not there
   */
  Recomputed recompute(Path dataDirectory, Optional<Path> data, Consumer<String> progress)
      throws IOException {
    Recomputation.requireOwnEngine(spec(List.of()));
    Recomputation.requireCheckpoints(directory, evidence());
    verify();
    // A run's spec.conf says nothing of where its data lay: that means nothing on other machines.
    List<String> where = data.stream().map(path -> "dataset.path=" + path).toList();
    Recomputation recomputation = new Recomputation(directory, spec(where), evidence(), progress);
    int arms = recomputation.check(dataDirectory);
    return new Recomputed(arms, recomputation.closeness());
  }

  /**
   * What was measured anew.
   *
   * @param arms from their final checkpoints
   * @param compared how near to the record
   */
  record Recomputed(int arms, String compared) {}

  /**
   * Checks everything.
   *
   * @throws MismatchException naming the first thing that differs
   */
  void verify() throws IOException {
    Manifest manifest = Manifest.read(directory);
    manifest.check();
    files = manifest.size();
    ExperimentSpec spec = spec(List.of());
    ExperimentResults results = evidence();
    String specHash = CanonicalSpec.hash(spec);
    same("the spec's SHA-256", specHash, results.specHash());
    same("the data set's name", spec.dataset().name(), results.dataset());
    same("results.json", ReportWriter.json(results), Files.readString(directory.results()));
    for (ArtefactRef artefact : RunDirectory.artefacts(results)) {
      manifest.expect(directory.file(artefact), artefact.sha256());
    }
    Map<StageKey, StageEnding> endings = new HashMap<>();
    Map<StageKey, String> without = new HashMap<>();
    for (TeacherRow row : results.teachers()) {
      teacher(row, results, endings);
    }
    ArmVerifier arms = new ArmVerifier(directory, spec, results);
    for (ArmRow row : results.arms()) {
      StageKey stage = new StageKey.ArmRun(row.arm(), row.seed(), row.teacherSeed());
      row.failure().ifPresent(why -> without.put(stage, why));
      if (row.result().isPresent()) {
        StageResult.ArmTrained anew = arms.recompute(row, row.result().get());
        certificates += 2;
        put(endings, stage, anew, row);
      }
    }
    gates(results, Results.of(results.experiment(), spec, specHash, endings, without));
  }

  private ExperimentSpec spec(List<String> settings) throws IOException {
    if (INCLUDE.matcher(Files.readString(directory.spec())).find()) {
      throw new MismatchException("spec.conf includes something else; a run leaves none that does");
    }
    try {
      return SpecLoader.load(directory.spec(), settings);
    } catch (SpecException e) {
      throw new MismatchException("spec.conf is no experiment file: " + e.getMessage(), e);
    }
  }

  private ExperimentResults evidence() throws IOException {
    try {
      ExperimentResults results =
          Optional.ofNullable(
                  Json.read(Files.readString(directory.evidence()), ExperimentResults.class))
              .orElseThrow(() -> new MismatchException("evidence.json holds nothing"));
      RunDirectory.artefacts(results).forEach(directory::file);
      return results;
    } catch (NoSuchFileException e) {
      throw new MismatchException("evidence.json is missing", e);
    } catch (IllegalArgumentException e) {
      throw new MismatchException("evidence.json: " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new MismatchException("evidence.json cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  private static void teacher(
      TeacherRow row, ExperimentResults results, Map<StageKey, StageEnding> endings) {
    if (row.result().isEmpty()) {
      return;
    }
    TeacherFound found = row.result().get();
    same(
        "the data's SHA-256 of teacher " + row.teacherSeed(),
        found.dataHash(),
        results.dataHash().orElse("none"));
    StageKey stage = new StageKey.TeacherSearch(row.teacherSeed());
    endings.put(
        stage,
        new StageEnding(
            stage, new Outcome.Completed(found), row.attempts(), row.effort(), List.of()));
  }

  private static void put(
      Map<StageKey, StageEnding> endings, StageKey stage, StageResult anew, ArmRow row) {
    endings.put(
        stage,
        new StageEnding(
            stage,
            new Outcome.Completed(anew),
            row.attempts(),
            row.effort(),
            row.margins(),
            row.resumedAtSteps()));
  }

  /** Reasons hold numbers and failures' words; what counts is how each gate came out. */
  private static void gates(ExperimentResults results, ExperimentResults anew) {
    same("the gates", outcomes(anew), outcomes(results));
    same("the overall outcome", anew.overall().toString(), results.overall().toString());
  }

  private static String outcomes(ExperimentResults results) {
    return results.gates().stream().map(RunVerifier::outcome).collect(Collectors.joining(", "));
  }

  private static String outcome(Gate gate) {
    return "%s of seed %d and teacher %d %s"
        .formatted(gate.kind().label(), gate.seed(), gate.teacherSeed(), gate.outcome());
  }

  /** Short texts are shown, long ones only named. */
  static void same(String what, String recomputed, String recorded) {
    if (!recomputed.equals(recorded)) {
      int shown = 1000;
      throw new MismatchException(
          recomputed.length() + recorded.length() > shown
              ? what + " differs from what the evidence says"
              : "%s: recomputed %s, recorded %s".formatted(what, recomputed, recorded));
    }
  }
}
