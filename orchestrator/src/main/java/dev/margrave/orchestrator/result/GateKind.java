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
  RESCUE_FROM_COLLAPSE_CERTIFIES("rescue-from-collapse-certifies", Arm.RESCUE_FROM_COLLAPSE),

  /* A baseline is NEGATIVE, of either kind. */
  BASELINE_VANILLA_NEGATIVE(Arm.BASELINE_VANILLA),
  BASELINE_BETA_2_NEGATIVE(Arm.BASELINE_BETA_2),
  BASELINE_BETA_4_NEGATIVE(Arm.BASELINE_BETA_4),
  BASELINE_BETA_8_NEGATIVE(Arm.BASELINE_BETA_8),
  BASELINE_KL_ANNEALING_NEGATIVE(Arm.BASELINE_KL_ANNEALING),
  BASELINE_CYCLICAL_ANNEALING_NEGATIVE(Arm.BASELINE_CYCLICAL_ANNEALING),
  BASELINE_FREE_BITS_NEGATIVE(Arm.BASELINE_FREE_BITS),
  BASELINE_INFO_VAE_NEGATIVE(Arm.BASELINE_INFO_VAE),
  BASELINE_BN_VAE_NEGATIVE(Arm.BASELINE_BN_VAE),
  BASELINE_LAGGING_INFERENCE_NEGATIVE(Arm.BASELINE_LAGGING_INFERENCE),
  BASELINE_GECO_NEGATIVE(Arm.BASELINE_GECO);

  private final String label;
  private final Arm arm;

  /** Of a baseline. */
  GateKind(Arm baseline) {
    this(baseline.label() + "-negative", baseline);
  }

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
