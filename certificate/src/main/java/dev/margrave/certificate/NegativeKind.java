package dev.margrave.certificate;

/** The two ways to fail: evidence beside a {@link Verdict#NEGATIVE}, evaluated at z = μ(x). */
public enum NegativeKind {
  /** The witness hardly depends on the input: I_W below 10⁻³·I. */
  CONSTANT,
  /** The witness varies, but not with the teacher. */
  MISALIGNED;

  /**
   * The kind of a negative.
   *
   * @param atMean the certificate at z = μ(x): at sampled z even a collapsed code makes W vary
   */
  public static NegativeKind of(Certificate atMean) {
    return atMean.constant() ? CONSTANT : MISALIGNED;
  }
}
