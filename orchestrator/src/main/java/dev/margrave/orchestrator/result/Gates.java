package dev.margrave.orchestrator.result;

import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.Locale;
import java.util.Optional;

/** Judges arms against what the protocol expects of them. Pure. */
final class Gates {
  private Gates() {}

  /**
   * The gate of one arm of one cell; empty for an arm of which nothing is expected.
   *
   * @param row the arm to judge
   * @param startedFrom the arm of the same cell that it starts from; empty for a fresh start
   */
  static Optional<Gate> judge(ExperimentSpec spec, ArmRow row, Optional<ArmRow> startedFrom) {
    return GateKind.of(row.arm())
        .map(
            kind -> {
              Judgement judgement = judge(kind, spec, row, startedFrom);
              return new Gate(
                  kind, row.seed(), row.teacherSeed(), judgement.outcome(), judgement.reason());
            });
  }

  private record Judgement(GateOutcome outcome, String reason) {}

  private static Judgement judge(
      GateKind kind, ExperimentSpec spec, ArmRow row, Optional<ArmRow> startedFrom) {
    if (row.result().isEmpty()) {
      String why = row.failure().orElse("it has not ended");
      return new Judgement(
          why.equals(StageEnding.CANCELLED) ? GateOutcome.UNDECIDED : GateOutcome.FAIL,
          name(row) + " did not complete: " + why);
    }
    ArmTrained result = row.result().get();
    if (row.arm().startsFrom().isPresent()) {
      Optional<String> wrong = wrongStart(row.arm().startsFrom().get(), result, startedFrom);
      if (wrong.isPresent()) {
        return new Judgement(GateOutcome.FAIL, wrong.get());
      }
    }
    return switch (kind.arm().expectation()) {
      case CERTIFIED -> certifies(result, startedFrom);
      case NEGATIVE -> negative(result);
      case CONSTANT -> constant(result, spec.collapse().klTargetNats());
      case NONE -> throw new IllegalArgumentException(kind + " judges an arm that has no gate");
    };
  }

  private static Judgement certifies(ArmTrained result, Optional<ArmRow> startedFrom) {
    String from = startedFrom.map(row -> ", started from " + name(row)).orElse("");
    return switch (result.verdict()) {
      case CERTIFIED -> new Judgement(GateOutcome.PASS, found(result) + from);
      case INCONCLUSIVE ->
          new Judgement(GateOutcome.INCONCLUSIVE, found(result) + "; CERTIFIED is wanted");
      case NEGATIVE -> new Judgement(GateOutcome.FAIL, found(result) + "; CERTIFIED is wanted");
    };
  }

  private static Judgement negative(ArmTrained result) {
    return switch (result.verdict()) {
      case NEGATIVE -> new Judgement(GateOutcome.PASS, found(result));
      case INCONCLUSIVE ->
          new Judgement(GateOutcome.INCONCLUSIVE, found(result) + "; NEGATIVE is wanted");
      case CERTIFIED -> new Judgement(GateOutcome.FAIL, found(result) + "; NEGATIVE is wanted");
    };
  }

  private static Judgement constant(ArmTrained result, double klTargetNats) {
    if (result.verdict() != Verdict.NEGATIVE) {
      return negative(result);
    }
    String kl = String.format(Locale.ROOT, "KL %.4f nats", result.statistics().klNats());
    if (result.negativeKind().filter(NegativeKind.CONSTANT::equals).isEmpty()) {
      return new Judgement(
          GateOutcome.FAIL,
          found(result)
              + ", "
              + kl
              + "; the witness still varies at the mean code, constant is wanted");
    }
    if (!(result.statistics().klNats() < klTargetNats)) {
      return new Judgement(
          GateOutcome.FAIL,
          found(result)
              + String.format(Locale.ROOT, ", %s; under %s nats is wanted", kl, klTargetNats));
    }
    return new Judgement(GateOutcome.PASS, found(result) + ", constant at the mean code, " + kl);
  }

  private static Optional<String> wrongStart(
      Arm from, ArmTrained result, Optional<ArmRow> startedFrom) {
    Optional<String> wanted =
        startedFrom.flatMap(ArmRow::result).map(ArmTrained::checkpoint).map(Gates::sha256);
    Optional<String> actual = result.startedFrom().map(Gates::sha256);
    if (wanted.isEmpty()) {
      return Optional.of(
          "there is no final checkpoint of " + from.label() + " to have started from");
    }
    if (actual.isEmpty()) {
      return Optional.of("it started fresh, not from the final checkpoint of " + from.label());
    }
    return wanted.equals(actual)
        ? Optional.empty()
        : Optional.of(
            "it started from checkpoint "
                + actual.get()
                + ", but the final one of "
                + from.label()
                + " is "
                + wanted.get());
  }

  private static String sha256(CheckpointRef checkpoint) {
    return checkpoint.artefact().sha256();
  }

  private static String found(ArmTrained result) {
    return String.format(
        Locale.ROOT,
        "%s with margin %.4f nats at sampled z%s",
        result.verdict(),
        result.sampled().marginNats(),
        result.audit().passed() ? "" : ", latent-only audit failed");
  }

  private static String name(ArmRow row) {
    return new ArmRun(row.arm(), row.seed(), row.teacherSeed()).text();
  }
}
