package dev.margrave.protocol.result;

import java.util.OptionalDouble;

/**
 * What was measured before a rescue started, on the whole training split at z = μ(x).
 *
 * @param codeGradient s_μ = mean_i ‖∂KL(T_i‖w)/∂μ_i‖
 * @param headGradient s_head = ‖∂L/∂(head weights)‖; empty for a witness that has no weights
 * @param reseeded whether both were under their floors and the head was drawn anew
 */
public record RescueGuard(double codeGradient, OptionalDouble headGradient, boolean reseeded) {

  /** Of a witness with weights. */
  public RescueGuard(double codeGradient, double headGradient, boolean reseeded) {
    this(codeGradient, OptionalDouble.of(headGradient), reseeded);
  }

  /** Of a witness that has none, and so can never be dead. */
  public static RescueGuard ofFixedWitness(double codeGradient) {
    return new RescueGuard(codeGradient, OptionalDouble.empty(), false);
  }
}
