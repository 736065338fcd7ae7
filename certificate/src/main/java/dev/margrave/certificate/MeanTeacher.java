package dev.margrave.certificate;

/** T̄ = (1/n) Σ_i T_i, the best constant student: the first of the two passes over the rows. */
final class MeanTeacher {
  private MeanTeacher() {}

  /**
   * ln T̄_k, for each class.
   *
   * <p>A class that no row uses gets 0 instead of −∞: every term that it enters is multiplied by a
   * T_ik of 0, and any finite number serves.
   *
   * @throws IllegalArgumentException naming row, column and value of an entry that is no
   *     probability
   */
  static double[] logarithms(RowSource teacher, int threads) {
    int columns = teacher.columns();
    CompensatedColumns total = new CompensatedColumns(columns);
    Blocks.forEach(
        teacher.rows(),
        Blocks.ROWS_PER_BLOCK,
        threads,
        (from, to) -> {
          DistributionRows rows = DistributionRows.ofTeacher(teacher, 0);
          CompensatedColumns block = new CompensatedColumns(columns);
          double[] probabilities = new double[columns];
          for (long row = from; row < to; row++) {
            rows.read(row, probabilities);
            block.add(probabilities);
          }
          return block;
        },
        total::add);
    double[] logarithms = total.means(teacher.rows());
    for (int k = 0; k < columns; k++) {
      logarithms[k] = logarithms[k] > 0 ? Math.log(logarithms[k]) : 0;
    }
    return logarithms;
  }
}
