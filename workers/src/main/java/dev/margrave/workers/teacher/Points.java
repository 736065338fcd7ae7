package dev.margrave.workers.teacher;

import java.util.function.IntPredicate;

/**
 * Projected images.
 *
 * @param values row by row, each row {@code stride} long; a mixture in d dimensions reads its first
 *     d
 * @param stride numbers per row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Points(double[] values, int stride) {
  int rows() {
    return values.length / stride;
  }

  /** The chosen rows, in their order. */
  Points select(IntPredicate chosen) {
    int count = 0;
    for (int i = 0; i < rows(); i++) {
      count += chosen.test(i) ? 1 : 0;
    }
    double[] selected = new double[count * stride];
    int to = 0;
    for (int i = 0; i < rows(); i++) {
      if (chosen.test(i)) {
        System.arraycopy(values, i * stride, selected, to, stride);
        to += stride;
      }
    }
    return new Points(selected, stride);
  }
}
