package dev.margrave.workers.teacher;

import dev.margrave.workers.random.IndexedRandom;

/** Rows from an array, counting how many were read. */
final class ArrayRows implements PixelRows {
  private final float[] values;
  private final int columns;
  private long rowsRead;

  ArrayRows(float[] values, int columns) {
    this.values = values;
    this.columns = columns;
  }

  /** Rows around {@code groups} random centres, with noise of the size 1 in every column. */
  static ArrayRows grouped(int rows, int columns, int groups, double spread, long seed) {
    IndexedRandom centres = IndexedRandom.along(seed, 101);
    IndexedRandom noise = IndexedRandom.along(seed, 102);
    float[] values = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double centre = spread * centres.normal((long) (i % groups) * columns + j);
        values[i * columns + j] = (float) (centre + noise.normal((long) i * columns + j));
      }
    }
    return new ArrayRows(values, columns);
  }

  ArrayRows with(int row, int column, float value) {
    float[] changed = values.clone();
    changed[row * columns + column] = value;
    return new ArrayRows(changed, columns);
  }

  /** How many rows were read, repeats counted. */
  long rowsRead() {
    return rowsRead;
  }

  @Override
  public int rows() {
    return values.length / columns;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public void fill(int from, int count, float[] into) {
    System.arraycopy(values, from * columns, into, 0, count * columns);
    rowsRead += count;
  }
}
