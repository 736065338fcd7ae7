package dev.margrave.app.simulation;

import dev.margrave.app.Samples;
import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.protocol.worker.StageSpec;
import java.util.List;
import java.util.Optional;

/** Results whose every bit follows from the number that a stage has come to. */
final class SimulatedResults {
  private static final int FRACTION_BITS = 11;
  private static final double UNIT = 0x1.0p-53;

  private SimulatedResults() {}

  /** In [0, 1). */
  private static double fraction(long state) {
    return (state >>> FRACTION_BITS) * UNIT;
  }

  static Evaluation evaluation(long step, long state) {
    Certificate certificate = Samples.certificate(fraction(state), false);
    return new Evaluation(
        step,
        step,
        1,
        1,
        certificate,
        certificate,
        new VaeStatistics(1, 1, fraction(state), List.of(), 1));
  }

  static StageResult.TeacherFound teacher(
      ArtefactRef train, ArtefactRef evaluate, ArtefactRef leaderboard, long state) {
    return new StageResult.TeacherFound(
        new TeacherRef(train, evaluate, 4, 0.01),
        leaderboard,
        "the only one",
        fraction(state),
        fraction(state),
        Samples.hash('d'));
  }

  static StageResult.ArmTrained trained(
      StageKey.ArmRun run,
      StageSpec spec,
      CheckpointRef checkpoint,
      ArtefactRef witness,
      long state) {
    boolean negative = run.arm().expectation() == Arm.Expectation.NEGATIVE;
    Certificate certificate =
        Samples.certificate(negative ? -fraction(state) : 1 + fraction(state), false);
    return new StageResult.ArmTrained(
        certificate.verdict(),
        certificate.verdict() == Verdict.NEGATIVE
            ? Optional.of(NegativeKind.MISALIGNED)
            : Optional.empty(),
        certificate,
        certificate,
        fraction(state),
        0.001,
        new LatentAudit(true, true, true, "a chain of numbers"),
        new VaeStatistics(1, 1, fraction(state), List.of(), 1),
        spec.startFrom(),
        checkpoint,
        witness,
        witness,
        Optional.empty(),
        new Provenance(
            spec.specHash(), Samples.hash('d'), Samples.hash('7'), "none", "none", 1, "0"));
  }
}
