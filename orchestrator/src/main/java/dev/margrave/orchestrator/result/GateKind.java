package dev.margrave.orchestrator.result;

import dev.margrave.protocol.Arm;
import java.util.Arrays;
import java.util.Optional;

/** What an experiment must show; each kind belongs to one arm. */
public enum GateKind {
  /** {@code full} is CERTIFIED. */
  FULL_CERTIFIES("full-certifies", Arm.FULL),
  /** {@code ablation} is NEGATIVE, of either kind. */
  ABLATION_NEGATIVE("ablation-negative", Arm.ABLATION),
  /** {@code rescue} is CERTIFIED and started from that ablation's final checkpoint. */
  RESCUE_CERTIFIES("rescue-certifies", Arm.RESCUE),
  /** {@code collapse} is NEGATIVE of kind constant at z = μ(x), its KL under the target. */
  COLLAPSE_NEGATIVE_CONSTANT("collapse-negative-constant", Arm.COLLAPSE),
  /** {@code rescue-from-collapse} is CERTIFIED and started from that collapse's checkpoint. */
  RESCUE_FROM_COLLAPSE_CERTIFIES("rescue-from-collapse-certifies", Arm.RESCUE_FROM_COLLAPSE);

  private final String label;
  private final Arm arm;

  GateKind(String label, Arm arm) {
    this.label = label;
    this.arm = arm;
  }

  /** The name in results and reports. */
  public String label() {
    return label;
  }

  /** The arm that it judges. */
  public Arm arm() {
    return arm;
  }

  /** The gate of an arm; empty for {@code drift}, of which nothing is expected. */
  static Optional<GateKind> of(Arm arm) {
    return Arrays.stream(values()).filter(kind -> kind.arm == arm).findFirst();
  }
}
