package dev.margrave.protocol.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import java.util.List;
import java.util.Optional;

/** What a completed stage leaves. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StageResult.TeacherFound.class, name = "teacher-found"),
  @JsonSubTypes.Type(value = StageResult.ArmTrained.class, name = "arm-trained")
})
public sealed interface StageResult {

  /** All that this stage wrote and the result names. */
  List<ArtefactRef> artefacts();

  /**
   * A teacher was chosen and frozen.
   *
   * @param teacher its tables
   * @param leaderboard every candidate with its numbers, as JSON
   * @param winner the chosen candidate in words: {@code diagonal, d = 64, K = 32, temperature 2}
   * @param trainInformationNats I on the training split
   * @param evaluateInformationNats I on the held-out split, which chose nothing
   * @param dataHash SHA-256 of the images it was searched on
   */
  record TeacherFound(
      TeacherRef teacher,
      ArtefactRef leaderboard,
      String winner,
      double trainInformationNats,
      double evaluateInformationNats,
      String dataHash)
      implements StageResult {
    @Override
    public List<ArtefactRef> artefacts() {
      return List.of(teacher.train(), teacher.evaluate(), leaderboard);
    }
  }

  /**
   * An arm was trained and judged.
   *
   * @param verdict of {@code sampled}, with the audit taken into account
   * @param negativeKind which, when the verdict is NEGATIVE; judged at z = μ(x)
   * @param sampled the raw certificate: held out, sampled z
   * @param atMean held out, z = μ(x)
   * @param trainMarginNats margin on the training split at sampled z; never certifies
   * @param permutationPValue one-sided, of {@code sampled}
   * @param statistics of the held-out split
   * @param startedFrom the checkpoint of another arm that this one started from
   * @param checkpoint the final one
   * @param witnessSampled ln w at sampled z, [S, m, K] float32
   * @param witnessAtMean ln w at z = μ(x), [m, K] float32
   * @param guard of a rescue
   * @param probe what a read-out fitted afterwards finds in the codes; never certifies; absent from
   *     older records
   * @param mutualInformation between image and code, held out; absent from older records
   */
  record ArmTrained(
      Verdict verdict,
      Optional<NegativeKind> negativeKind,
      Certificate sampled,
      Certificate atMean,
      double trainMarginNats,
      double permutationPValue,
      LatentAudit audit,
      VaeStatistics statistics,
      Optional<CheckpointRef> startedFrom,
      CheckpointRef checkpoint,
      ArtefactRef witnessSampled,
      ArtefactRef witnessAtMean,
      Optional<RescueGuard> guard,
      Provenance provenance,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Probe> probe,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<MutualInformation> mutualInformation)
      implements StageResult {

    public ArmTrained {
      // Absent from journals and files of before.
      probe = probe == null ? Optional.empty() : probe;
      mutualInformation = mutualInformation == null ? Optional.empty() : mutualInformation;
    }

    /** Without probe and mutual information. */
    public ArmTrained(
        Verdict verdict,
        Optional<NegativeKind> negativeKind,
        Certificate sampled,
        Certificate atMean,
        double trainMarginNats,
        double permutationPValue,
        LatentAudit audit,
        VaeStatistics statistics,
        Optional<CheckpointRef> startedFrom,
        CheckpointRef checkpoint,
        ArtefactRef witnessSampled,
        ArtefactRef witnessAtMean,
        Optional<RescueGuard> guard,
        Provenance provenance) {
      this(
          verdict,
          negativeKind,
          sampled,
          atMean,
          trainMarginNats,
          permutationPValue,
          audit,
          statistics,
          startedFrom,
          checkpoint,
          witnessSampled,
          witnessAtMean,
          guard,
          provenance,
          Optional.empty(),
          Optional.empty());
    }

    @Override
    public List<ArtefactRef> artefacts() {
      return List.of(checkpoint.artefact(), witnessSampled, witnessAtMean);
    }

    /** With what a look at the codes themselves found. */
    public ArmTrained with(Probe found, MutualInformation information) {
      return new ArmTrained(
          verdict,
          negativeKind,
          sampled,
          atMean,
          trainMarginNats,
          permutationPValue,
          audit,
          statistics,
          startedFrom,
          checkpoint,
          witnessSampled,
          witnessAtMean,
          guard,
          provenance,
          Optional.of(found),
          Optional.of(information));
    }
  }
}
