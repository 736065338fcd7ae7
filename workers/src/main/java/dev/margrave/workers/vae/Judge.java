package dev.margrave.workers.vae;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Certifier;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.PermutationTest;
import dev.margrave.certificate.RowSource;
import dev.margrave.certificate.RowSources;
import dev.margrave.certificate.Verdict;
import dev.margrave.certificate.Witness;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.spec.AlignmentSpec;
import java.util.Optional;
import java.util.OptionalDouble;

/** Turns witness tables into certificates, and certificates and audit into a verdict. */
final class Judge {
  private final CertificateSettings settings;

  Judge(AlignmentSpec alignment, TeacherRef teacher) {
    // One thread: other stages train beside this one, and the bits are the same for any number.
    this.settings =
        new CertificateSettings(
            alignment.safetyMarginNats(),
            alignment.confidence(),
            OptionalDouble.of(teacher.floor() / teacher.components()),
            OptionalDouble.empty(),
            1);
  }

  /** The raw certificate: at sampled z. */
  Certificate sampled(TaughtSplit split, Measurement measured) {
    return Certifier.certify(teacher(split), sampledWitness(measured), settings);
  }

  /** The deterministic one: at z = μ(x). */
  Certificate atMean(TaughtSplit split, Measurement measured) {
    return certificate(split, measured.atMean());
  }

  /**
   * Of one row per image.
   *
   * @param logProbabilities {@code [n·K]}
   */
  Certificate certificate(TaughtSplit split, float[] logProbabilities) {
    Witness witness = Witness.logProbabilities(RowSources.of(logProbabilities, split.components()));
    return Certifier.certify(teacher(split), witness, settings);
  }

  /** One-sided p-value of the sampled margin under shuffled pairs of teacher and witness. */
  double permutationPValue(TaughtSplit split, Measurement measured, long seed) {
    return PermutationTest.run(
            teacher(split), sampledWitness(measured), PermutationTest.DEFAULT_PERMUTATIONS, seed, 1)
        .pValue();
  }

  /** Nothing is certified without a passed audit. */
  static Verdict verdict(Certificate sampled, LatentAudit audit) {
    return sampled.verdict() == Verdict.CERTIFIED && !audit.passed()
        ? Verdict.INCONCLUSIVE
        : sampled.verdict();
  }

  /** Which way a NEGATIVE fails, judged at z = μ(x), where no noise hides a constant. */
  static Optional<NegativeKind> negativeKind(Verdict verdict, Certificate atMean) {
    if (verdict != Verdict.NEGATIVE) {
      return Optional.empty();
    }
    return Optional.of(atMean.constant() ? NegativeKind.CONSTANT : NegativeKind.MISALIGNED);
  }

  private static RowSource teacher(TaughtSplit split) {
    return RowSources.of(split.teacher(), split.components());
  }

  private static Witness sampledWitness(Measurement measured) {
    return Witness.logProbabilities(RowSources.of(measured.sampled(), measured.components()))
        .withSamples(measured.samples());
  }
}
