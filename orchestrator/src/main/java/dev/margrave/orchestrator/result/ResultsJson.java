package dev.margrave.orchestrator.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.MutualInformation;
import dev.margrave.protocol.result.Probe;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * results.json: its field names are a contract. What an arm that did not complete lacks is null.
 *
 * @param overall FAIL if one gate failed, else INCONCLUSIVE if one is, else PASS
 * @param meaning what a certificate says and what not
 */
public record ResultsJson(
    String experiment,
    String dataset,
    String specHash,
    Optional<String> dataHash,
    GateOutcome overall,
    List<GateJson> gates,
    List<TeacherJson> teachers,
    List<ArmJson> arms,
    String meaning) {

  /**
   * What a certificate says, and what it does not; it stands under everything that shows a verdict.
   */
  public static final String MEANING =
      "A certificate says that variation relative to its teacher passes through the latent code;"
          + " it does not rule out other forms of posterior collapse.";

  /** One gate of one seed. */
  public record GateJson(
      String gate, Arm arm, long seed, long teacherSeed, GateOutcome outcome, String reason) {}

  /** One teacher. */
  public record TeacherJson(
      long teacherSeed,
      Optional<String> winner,
      Optional<Double> trainInformationNats,
      Optional<Double> teacherInformationNats,
      Optional<String> teacherHash,
      Optional<String> failure,
      int attempts,
      double seconds) {}

  /**
   * One arm of one seed. Margins are held out; {@code marginNats} is at sampled z.
   *
   * @param probeAccuracy to class labels, held out, of a linear read-out of μ(x) fitted afterwards
   * @param probeTeacherAccuracy the same to the teacher's most probable component
   * @param probeMarginNats I − L of the probe of the teacher; never certifies
   * @param mutualInformationNats between image and code, held out; absent, as all of probe but its
   *     accuracy to labels, from runs before there was any
   * @param automaticRescues of a lost margin, by the orchestrator itself
   * @param startedFrom SHA-256 of the checkpoint it started from; null for a fresh start
   */
  public record ArmJson(
      Arm arm,
      long seed,
      long teacherSeed,
      Optional<Verdict> verdict,
      Optional<String> negativeKind,
      Optional<Double> teacherInformationNats,
      Optional<Double> alignmentLossNats,
      Optional<Double> marginNats,
      Optional<Double> marginAtMeanNats,
      Optional<Double> trainMarginNats,
      Optional<Double> standardErrorNats,
      Optional<Double> lowerBoundNats,
      Optional<Double> safeMarginNats,
      Optional<Double> roundoffBoundNats,
      Optional<Double> witnessInformationNats,
      Optional<Double> witnessInformationAtMeanNats,
      Optional<Double> permutationPValue,
      Optional<Boolean> auditPassed,
      Optional<Double> klNats,
      Optional<Double> reconstructionNats,
      Optional<Double> meanSquaredError,
      Optional<Integer> activeUnits,
      Optional<Double> probeAccuracy,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> probeTeacherAccuracy,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> probeMarginNats,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> mutualInformationNats,
      @JsonInclude(JsonInclude.Include.NON_ABSENT)
          Optional<Double> mutualInformationStandardErrorNats,
      Optional<String> startedFrom,
      Optional<String> checkpointSha256,
      Optional<Boolean> headReseeded,
      Optional<Integer> automaticRescues,
      Optional<Provenance> provenance,
      Optional<String> failure,
      int attempts,
      double seconds,
      double imagesPerSecond) {}

  /** From what was found. */
  public static ResultsJson of(ExperimentResults results) {
    return new ResultsJson(
        results.experiment().text(),
        results.dataset(),
        results.specHash(),
        results.dataHash(),
        results.overall(),
        results.gates().stream().map(ResultsJson::gate).toList(),
        results.teachers().stream().map(ResultsJson::teacher).toList(),
        results.arms().stream().map(ResultsJson::arm).toList(),
        MEANING);
  }

  private static GateJson gate(Gate gate) {
    return new GateJson(
        gate.kind().label(),
        gate.kind().arm(),
        gate.seed(),
        gate.teacherSeed(),
        gate.outcome(),
        gate.reason());
  }

  private static TeacherJson teacher(TeacherRow row) {
    Optional<TeacherFound> found = row.result();
    return new TeacherJson(
        row.teacherSeed(),
        found.map(TeacherFound::winner),
        found.map(TeacherFound::trainInformationNats),
        found.map(TeacherFound::evaluateInformationNats),
        found.map(teacher -> teacher.teacher().train().sha256()),
        row.failure(),
        row.attempts(),
        row.effort().seconds());
  }

  private static ArmJson arm(ArmRow row) {
    Optional<ArmTrained> result = row.result();
    return new ArmJson(
        row.arm(),
        row.seed(),
        row.teacherSeed(),
        result.map(ArmTrained::verdict),
        result.flatMap(ArmTrained::negativeKind).map(ResultsJson::label),
        result.map(trained -> trained.sampled().teacherInformationNats()),
        result.map(trained -> trained.sampled().alignmentLossNats()),
        result.map(trained -> trained.sampled().marginNats()),
        result.map(trained -> trained.atMean().marginNats()),
        result.map(ArmTrained::trainMarginNats),
        result.map(trained -> trained.sampled().standardErrorNats()),
        result.map(trained -> trained.sampled().lowerBounds().asymptotic()),
        result.map(trained -> trained.sampled().safeMarginNats()),
        result.map(trained -> trained.sampled().roundoffBoundNats()),
        result.map(trained -> trained.sampled().witnessInformationNats()),
        result.map(trained -> trained.atMean().witnessInformationNats()),
        result.map(ArmTrained::permutationPValue),
        result.map(trained -> trained.audit().passed()),
        result.map(trained -> trained.statistics().klNats()),
        result.map(trained -> trained.statistics().reconstructionNats()),
        result.map(trained -> trained.statistics().meanSquaredError()),
        result.map(trained -> trained.statistics().activeUnits()),
        result.flatMap(ArmTrained::probe).flatMap(ResultsJson::labelAccuracy),
        result.flatMap(ArmTrained::probe).map(Probe::teacherAccuracy),
        result.flatMap(ArmTrained::probe).map(Probe::marginNats),
        result.flatMap(ArmTrained::mutualInformation).map(MutualInformation::nats),
        result.flatMap(ArmTrained::mutualInformation).map(MutualInformation::standardErrorNats),
        result.flatMap(ArmTrained::startedFrom).map(ResultsJson::sha256),
        result.map(ArmTrained::checkpoint).map(ResultsJson::sha256),
        result.flatMap(ArmTrained::guard).map(guard -> guard.reseeded()),
        row.automaticRescues(),
        result.map(ArmTrained::provenance),
        row.failure(),
        row.attempts(),
        row.effort().seconds(),
        row.imagesPerSecond());
  }

  private static Optional<Double> labelAccuracy(Probe probe) {
    return probe.labelAccuracy().isPresent()
        ? Optional.of(probe.labelAccuracy().getAsDouble())
        : Optional.empty();
  }

  private static String label(NegativeKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String sha256(CheckpointRef checkpoint) {
    return checkpoint.artefact().sha256();
  }
}
