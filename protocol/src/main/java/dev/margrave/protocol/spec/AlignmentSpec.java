package dev.margrave.protocol.spec;

/**
 * The alignment term, and how its success is judged.
 *
 * @param weight λ of the aligned arms, > 0
 * @param safetyMarginNats τ ≥ 0
 * @param confidence of the lower bounds, in [0.5, 1)
 * @param samples S: draws of z per input in the certificate, ≥ 1
 */
public record AlignmentSpec(
    double weight, double safetyMarginNats, double confidence, int samples) {}
