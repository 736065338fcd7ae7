package dev.margrave.app.verify;

import dev.margrave.app.report.RunDirectory;
import dev.margrave.app.text.Words;
import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.CertificateFiles;
import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.PermutationTest;
import dev.margrave.certificate.RowSource;
import dev.margrave.certificate.Verdict;
import dev.margrave.certificate.Witness;
import dev.margrave.certificate.npy.NpyFormatException;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.workers.vae.CheckpointFile;
import dev.margrave.workers.vae.TrainingState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Computes an arm's certificates and verdict anew from its tables. */
final class ArmVerifier {
  /** p-values are multiples of 1/1000: equal, or different by far more. */
  private static final double P_VALUE_TOLERANCE = 1e-9;

  private final RunDirectory directory;
  private final ExperimentSpec spec;
  private final ExperimentResults results;
  private final List<String> specHashes;

  ArmVerifier(RunDirectory directory, ExperimentSpec spec, ExperimentResults results) {
    this.directory = directory;
    this.spec = spec;
    this.results = results;
    this.specHashes =
        IntStream.rangeClosed(1, spec.seeds().size())
            .mapToObj(seeds -> CanonicalSpec.hash(spec.withSeeds(spec.seeds().subList(0, seeds))))
            .toList();
  }

  /**
   * The arm's result with certificates, verdict and kind computed anew.
   *
   * @throws MismatchException naming the first thing that differs
   */
  ArmTrained recompute(ArmRow row, ArmTrained recorded) throws IOException {
    String name = new StageKey.ArmRun(row.arm(), row.seed(), row.teacherSeed()).text();
    TeacherFound teacher = teacher(row, name);
    provenance(row, name, recorded, teacher);
    String start = start(name, row, recorded);
    if (spec.trainer().isEmpty()) {
      checkpoint(name, recorded, start);
    }
    CertificateSettings settings = settings(teacher);
    try {
      RowSource table = CertificateFiles.teacher(directory.file(teacher.teacher().evaluate()));
      Witness witness = witness(recorded.witnessSampled());
      Certificate sampled =
          CertificateFiles.certify(
              directory.file(teacher.teacher().evaluate()),
              directory.file(recorded.witnessSampled()),
              Witness.Scale.LOG_PROBABILITIES,
              settings);
      Certificate atMean =
          CertificateFiles.certify(
              directory.file(teacher.teacher().evaluate()),
              directory.file(recorded.witnessAtMean()),
              Witness.Scale.LOG_PROBABILITIES,
              settings);
      CertificateComparison.check(name + " at sampled z", sampled, recorded.sampled());
      CertificateComparison.check(name + " at z = μ", atMean, recorded.atMean());
      permutation(name, table, witness, row.seed(), recorded.permutationPValue());
      shown(name, row, recorded, teacher, sampled);
      return verdict(name, recorded, sampled, atMean);
    } catch (IllegalArgumentException | NpyFormatException e) {
      throw new MismatchException(name + " cannot be certified anew: " + e.getMessage(), e);
    }
  }

  /** The same numbers where readers meet them: the teacher's information, a curve's last point. */
  private static void shown(
      String name, ArmRow row, ArmTrained recorded, TeacherFound teacher, Certificate sampled) {
    double within = 2 * sampled.roundoffBoundNats();
    CertificateComparison.close(
        "teacher-%d, the teacher information".formatted(row.teacherSeed()),
        sampled.teacherInformationNats(),
        teacher.evaluateInformationNats(),
        within);
    List<MarginPoint> margins = row.margins();
    if (!margins.isEmpty()
        && margins.get(margins.size() - 1).step() == recorded.checkpoint().step()) {
      CertificateComparison.close(
          name + ", the last point of its curve",
          sampled.marginNats(),
          margins.get(margins.size() - 1).marginNats(),
          within);
    }
  }

  private TeacherFound teacher(ArmRow row, String name) {
    return results.teachers().stream()
        .filter(teacher -> teacher.teacherSeed() == row.teacherSeed())
        .flatMap(teacher -> teacher.result().stream())
        .findFirst()
        .orElseThrow(() -> new MismatchException(name + " has a result, but its teacher has none"));
  }

  private void provenance(ArmRow row, String name, ArmTrained recorded, TeacherFound teacher) {
    underSpec(name + ", the spec's SHA-256", row.seed(), recorded.provenance().specHash());
    RunVerifier.same(
        name + ", the data's SHA-256", teacher.dataHash(), recorded.provenance().dataHash());
    RunVerifier.same(
        name + ", the teacher's SHA-256",
        teacher.teacher().train().sha256(),
        recorded.provenance().teacherHash());
  }

  /**
   * A cell carries the spec under which its seed came into the experiment: the present one, or the
   * one from before the extensions by the seeds that follow.
   */
  private void underSpec(String what, long seed, String recorded) {
    int place = spec.seeds().indexOf(seed);
    if (place < 0 || !specHashes.subList(place, specHashes.size()).contains(recorded)) {
      RunVerifier.same(what, results.specHash(), recorded);
    }
  }

  /** SHA-256 of the checkpoint that the arm had to start from, or "none". */
  private String start(String name, ArmRow row, ArmTrained recorded) {
    String wanted =
        row.arm()
            .startsFrom()
            .flatMap(arm -> checkpoint(arm, row))
            .map(ArmVerifier::sha256)
            .orElse("none");
    String actual = recorded.startedFrom().map(ArmVerifier::sha256).orElse("none");
    RunVerifier.same(name + ", the checkpoint it started from", wanted, actual);
    return wanted;
  }

  /**
   * What the final checkpoint says of itself: its header is written while training. One that an
   * external trainer wrote only that program can read; its hash is in the manifest.
   */
  private void checkpoint(String name, ArmTrained recorded, String start) throws IOException {
    TrainingState state = read(name, directory.file(recorded.checkpoint().artefact()));
    RunVerifier.same(
        name + ", the spec's SHA-256 in its checkpoint",
        recorded.provenance().specHash(),
        state.specHash());
    RunVerifier.same(name + ", the stage in its checkpoint", name, state.stage());
    RunVerifier.same(
        name + ", the start in its checkpoint", start, state.startedFromSha256().orElse("none"));
    RunVerifier.same(
        name + ", the steps in its checkpoint",
        Long.toString(state.step()),
        Long.toString(recorded.checkpoint().step()));
  }

  private static TrainingState read(String name, Path file) throws IOException {
    try {
      return CheckpointFile.read(file);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new MismatchException(name + ", its checkpoint cannot be read: " + e.getMessage(), e);
    }
  }

  private Optional<CheckpointRef> checkpoint(Arm arm, ArmRow of) {
    return results.arms().stream()
        .filter(row -> row.arm() == arm)
        .filter(row -> row.seed() == of.seed() && row.teacherSeed() == of.teacherSeed())
        .flatMap(row -> row.result().stream())
        .map(ArmTrained::checkpoint)
        .findFirst();
  }

  private static String sha256(CheckpointRef checkpoint) {
    return checkpoint.artefact().sha256();
  }

  private CertificateSettings settings(TeacherFound teacher) {
    AlignmentSpec alignment = spec.alignment();
    double floor = teacher.teacher().floor() / teacher.teacher().components();
    return new CertificateSettings(
        alignment.safetyMarginNats(),
        alignment.confidence(),
        OptionalDouble.of(floor),
        OptionalDouble.empty(),
        Runtime.getRuntime().availableProcessors());
  }

  private Witness witness(ArtefactRef artefact) throws IOException {
    return CertificateFiles.witness(directory.file(artefact), Witness.Scale.LOG_PROBABILITIES);
  }

  private static void permutation(
      String name, RowSource teacher, Witness witness, long seed, double recorded) {
    double anew =
        PermutationTest.run(
                teacher,
                witness,
                PermutationTest.DEFAULT_PERMUTATIONS,
                seed,
                Runtime.getRuntime().availableProcessors())
            .pValue();
    if (Math.abs(anew - recorded) > P_VALUE_TOLERANCE) {
      throw new MismatchException(
          "%s, the permutation test: recomputed p = %s, recorded %s"
              .formatted(name, anew, recorded));
    }
  }

  private static ArmTrained verdict(
      String name, ArmTrained recorded, Certificate sampled, Certificate atMean) {
    Verdict verdict =
        sampled.verdict() == Verdict.CERTIFIED && !recorded.audit().passed()
            ? Verdict.INCONCLUSIVE
            : sampled.verdict();
    Optional<NegativeKind> kind =
        verdict == Verdict.NEGATIVE
            ? Optional.of(atMean.constant() ? NegativeKind.CONSTANT : NegativeKind.MISALIGNED)
            : Optional.empty();
    RunVerifier.same(
        name + ", the verdict",
        Words.verdict(verdict, kind),
        Words.verdict(recorded.verdict(), recorded.negativeKind()));
    return new ArmTrained(
        verdict,
        kind,
        sampled,
        atMean,
        recorded.trainMarginNats(),
        recorded.permutationPValue(),
        recorded.audit(),
        recorded.statistics(),
        recorded.startedFrom(),
        recorded.checkpoint(),
        recorded.witnessSampled(),
        recorded.witnessAtMean(),
        recorded.guard(),
        recorded.provenance(),
        recorded.probe(),
        recorded.mutualInformation());
  }
}
