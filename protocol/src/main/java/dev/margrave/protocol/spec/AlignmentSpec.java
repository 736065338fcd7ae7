package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The alignment term, and how its success is judged.
 *
 * @param weight λ of the aligned arms, > 0
 * @param safetyMarginNats τ ≥ 0
 * @param confidence of the lower bounds, in [0.5, 1)
 * @param samples S: draws of z per input in the certificate, ≥ 1
 * @param guard of the margin, which steers λ
 */
public record AlignmentSpec(
    double weight,
    double safetyMarginNats,
    double confidence,
    int samples,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = MarginGuardSpec.class)
        MarginGuardSpec guard) {

  public AlignmentSpec {
    // Absent from journals where it is off.
    guard = guard == null ? MarginGuardSpec.OFF : guard;
  }

  /** With a constant λ. */
  public AlignmentSpec(double weight, double safetyMarginNats, double confidence, int samples) {
    this(weight, safetyMarginNats, confidence, samples, MarginGuardSpec.OFF);
  }
}
