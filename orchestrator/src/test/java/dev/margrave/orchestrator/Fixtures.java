package dev.margrave.orchestrator;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.LowerBounds;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.AutomaticRescueSpec;
import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.protocol.spec.CollapseSpec;
import dev.margrave.protocol.spec.DatasetSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.Interval;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.protocol.spec.ResourceSpec;
import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.protocol.spec.TrainingSpec;
import dev.margrave.protocol.spec.VaeSpec;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Specs, certificates and results for tests. */
public final class Fixtures {
  /** The protocol's own, without baselines. */
  public static final List<Arm> ALL_ARMS =
      Stream.of(Arm.values()).filter(arm -> !arm.isBaseline()).toList();

  private Fixtures() {}

  public static ExperimentSpec spec(String name, List<Long> seeds, List<Arm> arms) {
    return spec(name, seeds, List.of(), arms, 3);
  }

  /** Fixed-teacher mode unless {@code teacherSeeds} is empty. */
  public static ExperimentSpec spec(
      String name, List<Long> seeds, List<Long> teacherSeeds, List<Arm> arms, int maxAttempts) {
    return new ExperimentSpec(
        name,
        new DatasetSpec("shapes", Optional.empty(), 1000, 500),
        seeds,
        new TeacherSpec(
            teacherSeeds.isEmpty() ? TeacherSpec.Mode.PER_SEED : TeacherSpec.Mode.FIXED,
            teacherSeeds,
            List.of(16),
            List.of(32),
            List.of(TeacherSpec.Covariance.DIAGONAL),
            List.of(2.0),
            0.01),
        new VaeSpec(
            32,
            List.of(16, 32),
            1,
            VaeSpec.Likelihood.BERNOULLI,
            VaeSpec.Witness.LINEAR,
            VaeSpec.WitnessInit.BOUNDARY),
        new AlignmentSpec(100, 0.05, 0.95, 4),
        new TrainingSpec(
            4,
            Map.of(Arm.RESCUE, 2),
            128,
            1e-3,
            new Interval(1, Interval.Unit.EPOCH),
            Duration.ofSeconds(60)),
        new CollapseSpec(0.1, new Interval(0.5, Interval.Unit.EPOCH), 1024, 6),
        new RescueSpec(1e-6, 1e-6),
        arms,
        new ResourceSpec(0, 5, maxAttempts));
  }

  /** The same experiment with its data elsewhere: not part of the hash. */
  public static ExperimentSpec withPath(ExperimentSpec spec, String path) {
    return new ExperimentSpec(
        spec.name(),
        new DatasetSpec(
            spec.dataset().name(),
            Optional.of(path),
            spec.dataset().train(),
            spec.dataset().evaluate(),
            spec.dataset().size(),
            spec.dataset().channels()),
        spec.seeds(),
        spec.teacher(),
        spec.vae(),
        spec.alignment(),
        spec.training(),
        spec.collapse(),
        spec.rescue(),
        spec.arms(),
        spec.resources());
  }

  /** The same experiment on pictures that are brought to a size. */
  public static ExperimentSpec pictures(ExperimentSpec spec) {
    return new ExperimentSpec(
        spec.name(),
        new DatasetSpec(
            "image-folder", Optional.empty(), 1000, 500, Optional.of(48), Optional.of(1)),
        spec.seeds(),
        spec.teacher(),
        spec.vae(),
        spec.alignment(),
        spec.training(),
        spec.collapse(),
        spec.rescue(),
        spec.arms(),
        spec.resources());
  }

  /** The same experiment with every key set that old journals do not have. */
  public static ExperimentSpec rescued(ExperimentSpec spec) {
    return new ExperimentSpec(
        spec.name(),
        spec.dataset(),
        spec.seeds(),
        spec.teacher(),
        spec.vae(),
        spec.alignment(),
        spec.training(),
        spec.collapse(),
        new RescueSpec(1e-6, 1e-6, new AutomaticRescueSpec(true, 4, 2)),
        spec.arms(),
        new ResourceSpec(1, 5, 3, 2, 1L << 33));
  }

  /** The same experiment with one baseline more. */
  public static ExperimentSpec withBaseline(ExperimentSpec spec) {
    return new ExperimentSpec(
        spec.name(),
        spec.dataset(),
        spec.seeds(),
        spec.teacher(),
        spec.vae(),
        spec.alignment(),
        spec.training(),
        spec.collapse(),
        spec.rescue(),
        Stream.concat(spec.arms().stream(), Stream.of(Arm.BASELINE_GECO)).toList(),
        spec.resources(),
        Optional.of(
            new BaselinesSpec(
                new BaselinesSpec.KlAnnealing(new Interval(3, Interval.Unit.EPOCH)),
                new BaselinesSpec.CyclicalAnnealing(5, 0.25),
                new BaselinesSpec.FreeBits(0.5, 2),
                new BaselinesSpec.InfoVae(0.5, 10, 2),
                new BaselinesSpec.BnVae(0.7, 0.2),
                new BaselinesSpec.LaggingInference(20, 4, 2, 300),
                new BaselinesSpec.Geco(0.02, 0.9, 0.1, 0.01, 100))));
  }

  /** The same experiment with at most so many stages at once. */
  public static ExperimentSpec withMaxParallel(ExperimentSpec spec, int maxParallel) {
    return new ExperimentSpec(
        spec.name(),
        spec.dataset(),
        spec.seeds(),
        spec.teacher(),
        spec.vae(),
        spec.alignment(),
        spec.training(),
        spec.collapse(),
        spec.rescue(),
        spec.arms(),
        new ResourceSpec(0, 5, 3, maxParallel, 0));
  }

  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static StageId stage(String key) {
    return new StageId(new ExperimentId("demo", 1), StageKey.parse(key));
  }

  public static AttemptId attempt(String key, int number) {
    return new AttemptId(stage(key), number);
  }

  /** What a worker hears whose attempt is over and of which the journal names nothing. */
  public static WorkerProtocol.Superseded superseded(AttemptId attempt) {
    return new WorkerProtocol.Superseded(attempt, Optional.of(List.of()));
  }

  public static StageSpec stageSpec(String key) {
    return stageSpec(key, 3);
  }

  public static StageSpec stageSpec(String key, int maxAttempts) {
    boolean search = key.startsWith("teacher");
    return new StageSpec(
        stage(key),
        spec("demo", List.of(0L), List.of(), ALL_ARMS, maxAttempts),
        sha256("spec"),
        search ? Optional.empty() : Optional.of(teacher(0)),
        search ? Optional.empty() : Optional.of(sha256("data")),
        Optional.empty());
  }

  /** The same stage of the experiment with its data elsewhere. */
  public static StageSpec withPath(StageSpec stage, String path) {
    return new StageSpec(
        stage.stage(),
        withPath(stage.experiment(), path),
        stage.specHash(),
        stage.teacher(),
        stage.dataHash(),
        stage.startFrom());
  }

  public static ArtefactRef artefact(String path) {
    return new ArtefactRef(path, 1000, sha256(path));
  }

  public static TeacherRef teacher(long seed) {
    return new TeacherRef(
        artefact("demo/teacher-" + seed + "/train.npy"),
        artefact("demo/teacher-" + seed + "/evaluate.npy"),
        16,
        0.01);
  }

  public static StageResult.TeacherFound teacherFound(long seed) {
    return new StageResult.TeacherFound(
        teacher(seed),
        artefact("demo/teacher-" + seed + "/leaderboard.json"),
        "diagonal, d = 32, K = 16, temperature 2",
        2.0,
        1.9,
        sha256("data"));
  }

  public static CheckpointRef checkpoint(String key, int attempt, long step) {
    return new CheckpointRef(
        artefact("demo/" + key + "/" + attempt + "-" + step + ".zip"), attempt(key, attempt), step);
  }

  public static Certificate certificate(double margin, Verdict verdict, boolean constant) {
    return new Certificate(
        500,
        16,
        4,
        1.9,
        1.9 - margin,
        margin,
        0.05,
        margin - 0.05,
        1e-13,
        constant ? 0 : 0.5,
        0.01,
        verdict,
        constant,
        new LowerBounds(margin - 0.02, OptionalDouble.empty(), 0.95));
  }

  public static VaeStatistics statistics(double klNats) {
    return new VaeStatistics(1800.5, 0.01, klNats, List.of(klNats, 0.0), 1);
  }

  public static Evaluation evaluation(long step, double margin) {
    Verdict verdict = margin > 0.05 ? Verdict.CERTIFIED : Verdict.NEGATIVE;
    return new Evaluation(
        step,
        step / 8.0,
        1,
        100,
        certificate(margin, verdict, false),
        certificate(margin + 0.1, verdict, false),
        statistics(3.5));
  }

  public static StageResult.ArmTrained trained(
      Verdict verdict,
      Optional<NegativeKind> kind,
      double klNats,
      CheckpointRef checkpoint,
      Optional<CheckpointRef> startedFrom) {
    double margin =
        switch (verdict) {
          case CERTIFIED -> 1.1;
          case INCONCLUSIVE -> 0.03;
          case NEGATIVE -> -0.3;
        };
    boolean constant = kind.equals(Optional.of(NegativeKind.CONSTANT));
    return new StageResult.ArmTrained(
        verdict,
        kind,
        certificate(margin, verdict, false),
        certificate(margin + 0.1, verdict, constant),
        margin + 0.2,
        0.001,
        new LatentAudit(true, true, true, "structure and interventions"),
        statistics(klNats),
        startedFrom,
        checkpoint,
        artefact(checkpoint.artefact().path() + ".sampled.npy"),
        artefact(checkpoint.artefact().path() + ".mean.npy"),
        Optional.of(new RescueGuard(0.5, 0.25, false)),
        new Provenance(
            sha256("spec"), sha256("data"), sha256("teacher"), "nd4j", "1.0.0", 2, "0.1.0"));
  }

  /** What is expected of an arm. */
  public static StageResult.ArmTrained expected(
      Arm arm, CheckpointRef checkpoint, Optional<CheckpointRef> startedFrom) {
    return switch (arm.expectation()) {
      case CERTIFIED, NONE ->
          trained(Verdict.CERTIFIED, Optional.empty(), 3.5, checkpoint, startedFrom);
      case NEGATIVE ->
          trained(
              Verdict.NEGATIVE, Optional.of(NegativeKind.MISALIGNED), 3.5, checkpoint, startedFrom);
      case CONSTANT ->
          trained(
              Verdict.NEGATIVE, Optional.of(NegativeKind.CONSTANT), 0.01, checkpoint, startedFrom);
    };
  }
}
