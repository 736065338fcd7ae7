package dev.margrave.protocol.spec;

/**
 * When a rescue re-seeds a dead head: both gradients below their floors are the saddle from which
 * no gradient leads out.
 *
 * @param codeGradientFloor of s_μ = mean_i ‖∂KL(T_i‖w)/∂μ_i‖, nats per unit of code, ≥ 0
 * @param headGradientFloor of s_head = ‖∂L/∂head weights‖, nats per unit of weight, ≥ 0
 */
public record RescueSpec(double codeGradientFloor, double headGradientFloor) {}
