package dev.margrave.certificate;

import java.util.OptionalDouble;

/**
 * One-sided lower confidence bounds on the population margin, in nats.
 *
 * @param asymptotic G − z_α·sd(g)/√n; normal approximation; the one that a verdict rests on
 * @param hoeffding G − R·√(ln(1/δ)/(2n)) (Hoeffding 1963), rigorous at any n; empty when teacher or
 *     witness has no floor, for then the range R of g is not bounded
 * @param confidence 1 − α = 1 − δ, in [0.5, 1)
 */
public record LowerBounds(double asymptotic, OptionalDouble hoeffding, double confidence) {}
