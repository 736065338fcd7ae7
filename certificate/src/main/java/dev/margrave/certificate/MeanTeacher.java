package dev.margrave.certificate;

/** T̄ = (1/n) Σ_i T_i, the best constant student: the first of the two passes over the rows. */
final class MeanTeacher {
  private MeanTeacher() {}

  /**
   * ln T̄_k, for each class, as a row that is padded with 0.
   *
   * <p>A class that no row uses gets 0 instead of −∞: every term that it enters is multiplied by a
   * T_ik of 0, and any finite number serves.
   *
   * @throws IllegalArgumentException naming row, column and value of an entry that is no
   *     probability
   */
  static double[] logarithms(RowSource teacher, int threads) {
    CompensatedColumns total = new CompensatedColumns(teacher.columns());
    Kernel kernel = Kernels.create();
    Blocks.forEach(
        teacher.rows(),
        Blocks.ROWS_PER_BLOCK,
        threads,
        (from, to) -> {
          DistributionRows rows = DistributionRows.ofTeacher(teacher, 0);
          CompensatedColumns block = new CompensatedColumns(teacher.columns());
          for (long row = from; row < to; row += rows.capacity()) {
            int count = (int) Math.min(rows.capacity(), to - row);
            rows.readProbabilities(row, count);
            for (int i = 0; i < count; i++) {
              block.add(rows.kernel(), rows.probabilities(), i * rows.stride());
            }
          }
          return block;
        },
        block -> total.add(kernel, block));
    double[] means = total.means(teacher.rows());
    double[] logarithms = new double[means.length];
    kernel.log(means, logarithms, means.length, 0);
    return logarithms;
  }
}
