package dev.margrave.certificate;

import dev.margrave.certificate.npy.NpyArray;
import java.util.List;
import java.util.Objects;

/**
 * The usual {@link RowSource}s. None copies its input: who still holds an array must not change it
 * while it is being read.
 */
public final class RowSources {
  private RowSources() {}

  /**
   * One array per row.
   *
   * @throws IllegalArgumentException if the rows differ in length
   */
  public static RowSource of(double[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    for (int row = 1; row < rows.length; row++) {
      if (rows[row].length != columns) {
        throw new IllegalArgumentException(
            "row %d has %d columns, row 0 has %d: every row needs the same number"
                .formatted(row, rows[row].length, columns));
      }
    }
    return new Rows(
        rows.length,
        columns,
        "",
        (row, into) -> System.arraycopy(rows[(int) row], 0, into, 0, columns));
  }

  /**
   * Rows one after the other: row r is {@code values[r·columns … (r+1)·columns − 1]}. A table of
   * shape [S, n, K] is S·n such rows.
   *
   * @throws IllegalArgumentException if {@code columns} is not positive or does not divide the
   *     length
   */
  public static RowSource of(double[] values, int columns) {
    return new Rows(
        rowsOf(values.length, columns),
        columns,
        "",
        (row, into) -> System.arraycopy(values, (int) (row * columns), into, 0, columns));
  }

  /** As {@link #of(double[], int)}, from single precision. */
  public static RowSource of(float[] values, int columns) {
    return new Rows(
        rowsOf(values.length, columns),
        columns,
        "",
        (row, into) -> {
          int first = (int) (row * columns);
          for (int column = 0; column < columns; column++) {
            into[column] = values[first + column];
          }
        });
  }

  /**
   * The rows of a mapped file of shape [n, K], or [S, n, K] as S·n rows, sample by sample.
   *
   * @throws IllegalArgumentException if the array has another number of dimensions, or K is beyond
   *     2³¹ − 1
   */
  public static RowSource of(NpyArray array) {
    List<Long> shape = array.shape();
    int dimensions = shape.size();
    if (dimensions != 2 && dimensions != 3) {
      throw new IllegalArgumentException(
          "%s has shape %s: expected [n, K], or [samples, n, K]".formatted(array.file(), shape));
    }
    if (shape.get(dimensions - 1) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s has shape %s: at most %d columns are possible"
              .formatted(array.file(), shape, Integer.MAX_VALUE));
    }
    int columns = Math.toIntExact(shape.get(dimensions - 1));
    long inputs = shape.get(dimensions - 2);
    long samples = dimensions == 3 ? shape.get(0) : 1;
    long rows = samples * inputs;
    String origin = array.file().toString();
    if (array.fortranOrder()) {
      // The first axis runs fastest: element (s, i, k) lies at s + S·(i + n·k).
      return new Rows(
          rows,
          columns,
          origin,
          (row, into) -> array.read(row / inputs + samples * (row % inputs), rows, into, columns));
    }
    return new Rows(
        rows, columns, origin, (row, into) -> array.read(row * columns, 1, into, columns));
  }

  private static long rowsOf(int length, int columns) {
    if (columns < 1 || length % columns != 0) {
      throw new IllegalArgumentException(
          "%d numbers cannot be rows of %d columns".formatted(length, columns));
    }
    return length / columns;
  }

  /** Copies a row that is known to exist. */
  private interface Copy {
    void copy(long row, double[] into);
  }

  private record Rows(long rows, int columns, String origin, Copy copy) implements RowSource {
    @Override
    public void read(long row, double[] into) {
      copy.copy(Objects.checkIndex(row, rows), into);
    }
  }
}
