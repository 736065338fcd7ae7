package dev.margrave.app;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.LowerBounds;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ArmSummary;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.GateKind;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.MutualInformation;
import dev.margrave.protocol.result.Probe;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.protocol.worker.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Results and snapshots as a run leaves them, with round numbers. */
public final class Samples {
  /** The experiment of all samples. */
  public static final ExperimentId EXPERIMENT = new ExperimentId("sample", 1);

  /** I of the sample teacher, in nats. */
  public static final double INFORMATION_NATS = 1.8;

  private Samples() {}

  /** SHA-256 made of one digit. */
  public static String hash(char digit) {
    return String.valueOf(digit).repeat(64);
  }

  /** A file of a stage. */
  public static ArtefactRef artefact(StageKey stage, String name, char digit) {
    return new ArtefactRef(EXPERIMENT.text() + "/" + stage.text() + "/" + name, 100, hash(digit));
  }

  /** A certificate with that margin, its verdict as τ = 0.05 says. */
  public static Certificate certificate(double marginNats, boolean constant) {
    Verdict verdict =
        marginNats > 0.05
            ? Verdict.CERTIFIED
            : marginNats > 0 ? Verdict.INCONCLUSIVE : Verdict.NEGATIVE;
    return new Certificate(
        5000,
        32,
        4,
        INFORMATION_NATS,
        INFORMATION_NATS - marginNats,
        marginNats,
        0.05,
        marginNats - 0.05,
        1e-13,
        constant ? 0 : 0.4,
        0.008,
        verdict,
        constant,
        new LowerBounds(marginNats - 0.013, OptionalDouble.empty(), 0.95));
  }

  /** A trained arm; it started from the checkpoint whose hash repeats {@code from}, if given. */
  public static StageResult.ArmTrained trained(
      Arm arm, double marginNats, boolean constant, char checkpoint, Optional<Character> from) {
    StageKey stage = new StageKey.ArmRun(arm, 0, 0);
    Certificate sampled = certificate(marginNats, constant);
    return new StageResult.ArmTrained(
            sampled.verdict(),
            sampled.verdict() == Verdict.NEGATIVE
                ? Optional.of(constant ? NegativeKind.CONSTANT : NegativeKind.MISALIGNED)
                : Optional.empty(),
            sampled,
            certificate(marginNats + 0.1, constant),
            marginNats + 0.2,
            0.001,
            new LatentAudit(true, true, true, "the graph was walked"),
            new VaeStatistics(1801.4, 0.02345, constant ? 0.05 : 46.123, List.of(1.0, 2.0), 116),
            from.map(digit -> checkpoint(new StageKey.ArmRun(Arm.ABLATION, 0, 0), digit)),
            checkpoint(stage, checkpoint),
            artefact(stage, "witness-sampled.npy", 'e'),
            artefact(stage, "witness-at-mean.npy", 'f'),
            arm == Arm.RESCUE ? Optional.of(new RescueGuard(0.5, 0.25, false)) : Optional.empty(),
            new Provenance(
                hash('5'), hash('d'), hash('7'), "nd4j 1.0.0-M2.1", "onednn-avx2", 1, "0.1.0"))
        .with(
            new Probe(OptionalDouble.of(0.31), 0.62, 0.58),
            new MutualInformation(6.1, 0.02, 1000, 5000));
  }

  private static CheckpointRef checkpoint(StageKey stage, char digit) {
    return new CheckpointRef(
        artefact(stage, "final.bin", digit), new AttemptId(new StageId(EXPERIMENT, stage), 1), 640);
  }

  /** A curve of four points that ends at {@code last}. */
  public static List<MarginPoint> curve(double first, double last) {
    List<MarginPoint> points = new ArrayList<>();
    for (int epoch = 1; epoch <= 4; epoch++) {
      double margin = first + (last - first) * (epoch - 1) / 3;
      points.add(new MarginPoint(80L * epoch, epoch, 1, 100, margin, margin + 0.1, 0.008, 46));
    }
    return points;
  }

  /** Full, ablation and rescue of one seed: every gate passes. */
  public static ExperimentResults passed() {
    StageResult.TeacherFound teacher = teacher();
    return new ExperimentResults(
        EXPERIMENT,
        "shapes",
        hash('5'),
        Optional.of(hash('d')),
        GateOutcome.PASS,
        List.of(
            new Gate(GateKind.FULL_CERTIFIES, 0, 0, GateOutcome.PASS, "CERTIFIED"),
            new Gate(GateKind.ABLATION_NEGATIVE, 0, 0, GateOutcome.PASS, "NEGATIVE"),
            new Gate(
                GateKind.RESCUE_CERTIFIES, 0, 0, GateOutcome.PASS, "CERTIFIED, from ablation-0")),
        List.of(
            new TeacherRow(0, Optional.of(teacher), Optional.empty(), 1, new Effort(12.5, 0, 0))),
        List.of(
            row(Arm.FULL, trained(Arm.FULL, 1.105, false, '1', Optional.empty()), 0.3),
            row(Arm.ABLATION, trained(Arm.ABLATION, -0.372, false, '2', Optional.empty()), -0.4),
            row(Arm.RESCUE, trained(Arm.RESCUE, 1.163, false, '3', Optional.of('2')), 0.5)),
        List.of(
            new ArmSummary(Arm.FULL, 1, 1, 1, 1.105, Double.NaN, 1.105),
            new ArmSummary(Arm.ABLATION, 1, 1, 0, -0.372, Double.NaN, -0.372),
            new ArmSummary(Arm.RESCUE, 1, 1, 1, 1.163, Double.NaN, 1.163)));
  }

  /** The same, but the rescue failed. */
  public static ExperimentResults failed() {
    ExperimentResults passed = passed();
    List<ArmRow> arms = new ArrayList<>(passed.arms().subList(0, 2));
    arms.add(
        new ArmRow(
            Arm.RESCUE,
            0,
            0,
            Optional.empty(),
            Optional.of("the loss is no longer a number, at step 12"),
            2,
            Effort.NONE,
            List.of()));
    List<Gate> gates = new ArrayList<>(passed.gates().subList(0, 2));
    gates.add(
        new Gate(GateKind.RESCUE_CERTIFIES, 0, 0, GateOutcome.FAIL, "rescue-0 did not complete"));
    return new ExperimentResults(
        EXPERIMENT,
        passed.dataset(),
        passed.specHash(),
        passed.dataHash(),
        GateOutcome.FAIL,
        gates,
        passed.teachers(),
        arms,
        passed.summaries());
  }

  /** The sample teacher. */
  public static StageResult.TeacherFound teacher() {
    StageKey stage = new StageKey.TeacherSearch(0);
    return new StageResult.TeacherFound(
        new TeacherRef(
            artefact(stage, "teacher-train.npy", '7'),
            artefact(stage, "teacher-evaluate.npy", '8'),
            32,
            0.01),
        artefact(stage, "leaderboard.json", '9'),
        "diagonal, d = 64, K = 32, temperature 2.0",
        2.0,
        INFORMATION_NATS,
        hash('d'));
  }

  private static ArmRow row(Arm arm, StageResult.ArmTrained trained, double first) {
    return new ArmRow(
        arm,
        0,
        0,
        Optional.of(trained),
        Optional.empty(),
        1,
        new Effort(40.4, 32, 40_000),
        curve(first, trained.sampled().marginNats()));
  }

  /** An evaluation with that margin at sampled z. */
  public static Evaluation evaluation(double epoch, double marginNats) {
    return new Evaluation(
        Math.round(80 * epoch),
        epoch,
        1,
        100,
        certificate(marginNats, false),
        certificate(marginNats + 0.1, false),
        new VaeStatistics(1801.4, 0.02, 46.1, List.of(), 116));
  }

  /** A stage in some status. */
  public static StageView stage(StageKey key, StageStatus status, int attempt, String reason) {
    return new StageView(
        key,
        status,
        reason,
        attempt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A stage that runs, {@code done} of 320 steps. */
  public static StageView running(StageKey key, long done, Optional<Evaluation> evaluation) {
    return new StageView(
        key,
        StageStatus.RUNNING,
        "",
        1,
        Optional.of("local"),
        Optional.of(new StageProgress("training", done, 320, done / 80.0, 1034.4)),
        evaluation,
        Optional.empty(),
        Optional.empty());
  }

  /** A stage that is done. */
  public static StageView done(StageKey key, StageResult result) {
    return new StageView(
        key,
        StageStatus.COMPLETED,
        "",
        1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(result));
  }
}
