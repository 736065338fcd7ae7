package dev.margrave.certificate;

/** What a {@link Kernel} adds the terms of rows to, over a block of inputs. */
final class TermSums {
  /** Σ_i Σ_k T_ik (ln T_ik − ln T̄_k). */
  final LaneSum information = new LaneSum();

  /** Σ_i Σ_s Σ_k T_ik (ln T_ik − ln w_sik). */
  final LaneSum loss = new LaneSum();

  /** Σ_i Σ_s Σ_k w_sik (ln w_sik − ln T̄_k). */
  final LaneSum divergence = new LaneSum();

  /** Σ_k T_ik (ln w_sik − ln T̄_k), of the witness row that was added last. */
  final LaneSum rowMargin = new LaneSum();

  /** Σ_i Σ_k (T_ik + least normal) (|ln T_ik| + |ln T̄_k|), by lanes, not compensated. */
  final double[] teacherMagnitude = new double[Kernel.LANES];

  /** Σ_i Σ_s Σ_k (T_ik + least normal) (|ln w_sik| + |ln T̄_k|), by lanes, not compensated. */
  final double[] magnitude = new double[Kernel.LANES];
}
