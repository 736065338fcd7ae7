package dev.margrave.workers.teacher;

import java.util.function.IntPredicate;

/** Reads chosen rows of a split block by block, as doubles. */
final class PixelBlocks {
  /** Takes a block of {@code rows} rows, whose first is the {@code first}-th chosen one. */
  @FunctionalInterface
  interface Consumer {
    void accept(double[] block, int first, int rows);
  }

  private final PixelRows pixels;
  private final String splitName;
  private final int blockRows;
  private final CancellationCheck cancellation;

  /**
   * @param splitName for messages: {@code training} or {@code evaluation}
   */
  PixelBlocks(PixelRows pixels, String splitName, int blockRows, CancellationCheck cancellation) {
    this.pixels = pixels;
    this.splitName = splitName;
    this.blockRows = Math.min(blockRows, Math.max(1, pixels.rows()));
    this.cancellation = cancellation;
  }

  int rows() {
    return pixels.rows();
  }

  int columns() {
    return pixels.columns();
  }

  /** The most rows that a consumer is given at once. */
  int blockRows() {
    return blockRows;
  }

  /**
   * Reads all rows in their order and hands on those that are {@code chosen}. The block's array is
   * used again for the next one.
   *
   * @throws TeacherSearchException naming row, column and value of a chosen number that is not
   *     finite
   */
  void forEach(IntPredicate chosen, Consumer consumer) {
    int columns = columns();
    float[] read = new float[blockRows * columns];
    double[] block = new double[blockRows * columns];
    int done = 0;
    for (int from = 0; from < rows(); from += blockRows) {
      cancellation.throwIfCancelled();
      int count = Math.min(blockRows, rows() - from);
      pixels.fill(from, count, read);
      int kept = 0;
      for (int i = 0; i < count; i++) {
        if (chosen.test(from + i)) {
          copyRow(read, i * columns, block, kept * columns, from + i);
          kept++;
        }
      }
      if (kept > 0) {
        consumer.accept(block, done, kept);
        done += kept;
      }
    }
  }

  private void copyRow(float[] read, int readFrom, double[] block, int blockFrom, int row) {
    for (int j = 0; j < columns(); j++) {
      float value = read[readFrom + j];
      if (!Float.isFinite(value)) {
        throw new TeacherSearchException(
            String.format(
                "The %s split has %s in row %d, column %d; a teacher needs finite pixels.",
                splitName, value, row, j));
      }
      block[blockFrom + j] = value;
    }
  }
}
