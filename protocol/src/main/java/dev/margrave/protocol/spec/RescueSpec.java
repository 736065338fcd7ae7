package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * When a rescue re-seeds a dead head: both gradients below their floors are the saddle from which
 * no gradient leads out.
 *
 * @param codeGradientFloor of s_μ = mean_i ‖∂KL(T_i‖w)/∂μ_i‖, nats per unit of code, ≥ 0
 * @param headGradientFloor of s_head = ‖∂L/∂head weights‖, nats per unit of weight, ≥ 0
 * @param automatic rescues that nobody asked for by an arm
 */
public record RescueSpec(
    double codeGradientFloor,
    double headGradientFloor,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = AutomaticRescueSpec.class)
        AutomaticRescueSpec automatic) {

  public RescueSpec {
    // Absent from journals where it is off.
    automatic = automatic == null ? AutomaticRescueSpec.OFF : automatic;
  }

  /** Without automatic rescues. */
  public RescueSpec(double codeGradientFloor, double headGradientFloor) {
    this(codeGradientFloor, headGradientFloor, AutomaticRescueSpec.OFF);
  }
}
