package dev.margrave.certificate;

/** The sums that a certificate is made of, over a block of inputs or over all of them. */
final class MarginSums {
  /** Σ_i KL(T_i ‖ T̄). */
  final CompensatedSum teacherInformation = new CompensatedSum();

  /** Σ_i Σ_s KL(T_i ‖ w_si). */
  final CompensatedSum alignmentLoss = new CompensatedSum();

  /** Σ_i g_i, each input averaged over its samples. */
  final CompensatedSum margin = new CompensatedSum();

  /** The g_i again, for their standard deviation. */
  final Moments margins = new Moments();

  /** Σ_i Σ_s Σ_k w_sik (ln w_sik − ln T̄_k), over all samples. */
  final CompensatedSum witnessDivergence = new CompensatedSum();

  /** Σ_i Σ_s w_sik, by column. */
  final CompensatedColumns witnessColumns;

  /** Σ_i Σ_k T_ik (|ln T_ik| + |ln T̄_k|): what the round-off bound of I is made of. */
  double teacherMagnitude;

  /** Σ_i Σ_s Σ_k T_ik (|ln w_sik| + |ln T̄_k|): what the round-off bound of G is made of. */
  double magnitude;

  /** Whether some T_ik > 0 met w_ik = 0. */
  boolean infiniteLoss;

  /** Whether any two rows of the witness differ. */
  boolean witnessVaries;

  private final Kernel kernel = Kernels.create();

  MarginSums(int columns) {
    witnessColumns = new CompensatedColumns(columns);
  }

  void add(MarginSums other) {
    teacherInformation.add(other.teacherInformation);
    alignmentLoss.add(other.alignmentLoss);
    margin.add(other.margin);
    margins.add(other.margins);
    witnessDivergence.add(other.witnessDivergence);
    witnessColumns.add(kernel, other.witnessColumns);
    teacherMagnitude += other.teacherMagnitude;
    magnitude += other.magnitude;
    infiniteLoss |= other.infiniteLoss;
    witnessVaries |= other.witnessVaries;
  }
}
