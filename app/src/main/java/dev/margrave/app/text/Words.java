package dev.margrave.app.text;

import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.protocol.result.RescueGuard;
import java.util.Locale;
import java.util.Optional;

/** What every display and report calls the same. */
public final class Words {
  private Words() {}

  /** {@code CERTIFIED}, {@code NEGATIVE constant}. */
  public static String verdict(Verdict verdict, Optional<NegativeKind> kind) {
    return verdict + kind.map(value -> " " + value.name().toLowerCase(Locale.ROOT)).orElse("");
  }

  /** {@code gate full-certifies, seed 0: PASS (…)}. */
  public static String gate(Gate gate) {
    return "gate %s, %s: %s (%s)"
        .formatted(
            gate.kind().label(),
            cell(gate.seed(), gate.teacherSeed()),
            gate.outcome(),
            gate.reason());
  }

  /** {@code seed 0}, {@code seed 0 teacher 11}. */
  public static String cell(long seed, long teacherSeed) {
    return "seed " + seed + (seed == teacherSeed ? "" : " teacher " + teacherSeed);
  }

  /** What the rescue guard measured. */
  public static String guard(RescueGuard guard) {
    return "alignment gradients: code %s, %s%s"
        .formatted(
            Numbers.tiny(guard.codeGradient()),
            guard.headGradient().isPresent()
                ? "head " + Numbers.tiny(guard.headGradient().getAsDouble())
                : "the witness has no weights",
            guard.reseeded() ? "; both below their floors, so the head was drawn anew" : "");
  }

  /** {@code 1 stage}, {@code 4 stages}. */
  public static String plural(long count, String noun) {
    return Numbers.count(count) + " " + noun + (count == 1 ? "" : "s");
  }
}
