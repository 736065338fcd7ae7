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
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Computes an arm's certificates and verdict anew from its tables. */
final class ArmVerifier {
  /** p-values are multiples of 1/1000: equal, or different by far more. */
  private static final double P_VALUE_TOLERANCE = 1e-9;

  private final RunDirectory directory;
  private final ExperimentSpec spec;
  private final ExperimentResults results;

  ArmVerifier(RunDirectory directory, ExperimentSpec spec, ExperimentResults results) {
    this.directory = directory;
    this.spec = spec;
    this.results = results;
  }

  /**
   * The arm's result with certificates, verdict and kind computed anew.
   *
   * @throws MismatchException naming the first thing that differs
   */
  ArmTrained recompute(ArmRow row, ArmTrained recorded) throws IOException {
    String name = new StageKey.ArmRun(row.arm(), row.seed(), row.teacherSeed()).text();
    TeacherFound teacher = teacher(row, name);
    provenance(name, recorded, teacher);
    start(name, row, recorded);
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
      compare(name + " at sampled z", sampled, recorded.sampled());
      compare(name + " at z = μ", atMean, recorded.atMean());
      permutation(name, table, witness, row.seed(), recorded.permutationPValue());
      return verdict(name, recorded, sampled, atMean);
    } catch (IllegalArgumentException | NpyFormatException e) {
      throw new MismatchException(name + " cannot be certified anew: " + e.getMessage(), e);
    }
  }

  private TeacherFound teacher(ArmRow row, String name) {
    return results.teachers().stream()
        .filter(teacher -> teacher.teacherSeed() == row.teacherSeed())
        .flatMap(teacher -> teacher.result().stream())
        .findFirst()
        .orElseThrow(() -> new MismatchException(name + " has a result, but its teacher has none"));
  }

  private void provenance(String name, ArmTrained recorded, TeacherFound teacher) {
    RunVerifier.same(
        name + ", the spec's SHA-256", results.specHash(), recorded.provenance().specHash());
    RunVerifier.same(
        name + ", the data's SHA-256", teacher.dataHash(), recorded.provenance().dataHash());
    RunVerifier.same(
        name + ", the teacher's SHA-256",
        teacher.teacher().train().sha256(),
        recorded.provenance().teacherHash());
  }

  private void start(String name, ArmRow row, ArmTrained recorded) {
    Optional<String> wanted =
        row.arm().startsFrom().flatMap(arm -> checkpoint(arm, row)).map(ArmVerifier::sha256);
    Optional<String> actual = recorded.startedFrom().map(ArmVerifier::sha256);
    RunVerifier.same(
        name + ", the checkpoint it started from", wanted.orElse("none"), actual.orElse("none"));
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

  /** Another processor may round logarithms otherwise: within the sum of both bounds. */
  private static void compare(String name, Certificate anew, Certificate recorded) {
    double within = anew.roundoffBoundNats() + recorded.roundoffBoundNats();
    RunVerifier.same(
        name + ", the table's size",
        anew.n() + " x " + anew.k() + " x " + anew.samples(),
        recorded.n() + " x " + recorded.k() + " x " + recorded.samples());
    close(
        name + ", the teacher information",
        anew.teacherInformationNats(),
        recorded.teacherInformationNats(),
        within);
    close(
        name + ", the alignment loss",
        anew.alignmentLossNats(),
        recorded.alignmentLossNats(),
        within);
    close(name + ", the margin", anew.marginNats(), recorded.marginNats(), within);
    close(name + ", the safe margin", anew.safeMarginNats(), recorded.safeMarginNats(), within);
    close(
        name + ", the witness information",
        anew.witnessInformationNats(),
        recorded.witnessInformationNats(),
        within);
    close(
        name + ", the standard error",
        anew.standardErrorNats(),
        recorded.standardErrorNats(),
        within);
    close(
        name + ", the lower bound",
        anew.lowerBounds().asymptotic(),
        recorded.lowerBounds().asymptotic(),
        4 * within);
    RunVerifier.same(
        name + ", the verdict", anew.verdict().toString(), recorded.verdict().toString());
    RunVerifier.same(
        name + ", whether the witness is constant",
        Boolean.toString(anew.constant()),
        Boolean.toString(recorded.constant()));
  }

  private static void close(String what, double anew, double recorded, double within) {
    boolean same = anew == recorded || Math.abs(anew - recorded) <= within;
    if (!same) {
      throw new MismatchException(
          "%s: recomputed %s nats, recorded %s".formatted(what, anew, recorded));
    }
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
        recorded.provenance());
  }
}
