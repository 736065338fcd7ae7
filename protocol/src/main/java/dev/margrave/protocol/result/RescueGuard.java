package dev.margrave.protocol.result;

/**
 * What was measured before a rescue started, on the whole training split at z = μ(x).
 *
 * @param codeGradient s_μ = mean_i ‖∂KL(T_i‖w)/∂μ_i‖
 * @param headGradient s_head = ‖∂L/∂(head weights)‖
 * @param reseeded whether both were under their floors and the head was drawn anew
 */
public record RescueGuard(double codeGradient, double headGradient, boolean reseeded) {}
