package dev.margrave.workers.teacher;

import dev.margrave.workers.random.IndexedRandom;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which images of the training split candidates are fitted to, and which they are scored on.
 *
 * <p>Every image draws a number; those with the smallest round(fraction · n) numbers are held out.
 * Both parts keep the order of the split.
 */
final class TrainingSplit {
  private final int rows;
  private final int heldOutRows;
  private final BitSet heldOut = new BitSet();

  private TrainingSplit(int rows, int heldOutRows) {
    this.rows = rows;
    this.heldOutRows = heldOutRows;
  }

  static TrainingSplit of(int rows, double heldOutFraction, IndexedRandom random) {
    int heldOutRows = (int) Math.round(heldOutFraction * rows);
    TrainingSplit split = new TrainingSplit(rows, heldOutRows);
    long[] draws = new long[rows];
    Arrays.setAll(draws, random::bits);
    // Within a stream the draws of different counters differ: the mixing is a bijection.
    long[] sorted = draws.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < rows; i++) {
      if (heldOutRows > 0 && draws[i] <= sorted[heldOutRows - 1]) {
        split.heldOut.set(i);
      }
    }
    return split;
  }

  boolean isHeldOut(int row) {
    return heldOut.get(row);
  }

  int rows() {
    return rows;
  }

  int heldOutRows() {
    return heldOutRows;
  }

  int fitRows() {
    return rows - heldOutRows;
  }
}
