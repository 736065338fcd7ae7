package dev.margrave.workers.data;

import java.util.Arrays;

/**
 * Brings a square picture to another size by averaging over areas, in whole numbers.
 *
 * <p>With side s before and size t after, output pixel (i, j) is the mean of the picture over the
 * square of s/t × s/t pixels that it covers, a pixel that it covers in part counting by its part:
 *
 * <pre>
 *   out = round( Σ_y Σ_x a(i, y)·a(j, x)·in(y, x) / s² ),  a(i, y) = |[i·s, (i+1)·s) ∩ [y·t, (y+1)·t)|
 * </pre>
 *
 * <p>Halves are rounded up. So 64 → 32 is the mean of each 2 × 2 pixels, s = t changes nothing, and
 * nothing depends on the platform. A smaller picture is enlarged by the same formula. Values are
 * averaged as they are stored, without regard to gamma.
 *
 * <p>Rows are fed from top to bottom. Used again for the next picture; one thread.
 */
final class AreaAverage {
  private final int size;
  private final int channels;
  private final long[] sums;
  private final long[] row;
  private int side;
  private int rows;

  /**
   * @param size rows and columns after, ≥ 1
   * @param channels values per pixel, ≥ 1
   */
  AreaAverage(int size, int channels) {
    this.size = size;
    this.channels = channels;
    this.sums = new long[size * size * channels];
    this.row = new long[size * channels];
  }

  /** Starts a picture of that many rows and columns. */
  void begin(int rowsAndColumns) {
    side = rowsAndColumns;
    rows = 0;
    Arrays.fill(sums, 0);
  }

  /**
   * Takes the next row.
   *
   * @param values {@code [side · channels]}, channels last, 0 to 255
   */
  void add(int[] values) {
    Arrays.fill(row, 0);
    for (int x = 0; x < side; x++) {
      int from = x * size;
      int end = from + size;
      for (int column = from / side; from < end; column++) {
        int to = Math.min(end, (column + 1) * side);
        for (int channel = 0; channel < channels; channel++) {
          row[column * channels + channel] += (long) (to - from) * values[x * channels + channel];
        }
        from = to;
      }
    }
    int from = rows * size;
    int end = from + size;
    for (int line = from / side; from < end; line++) {
      int to = Math.min(end, (line + 1) * side);
      int at = line * row.length;
      for (int i = 0; i < row.length; i++) {
        sums[at + i] += (to - from) * row[i];
      }
      from = to;
    }
    rows++;
  }

  /** The picture, {@code [size · size · channels]}, after its last row. */
  byte[] result() {
    long area = (long) side * side;
    byte[] pixels = new byte[sums.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((2 * sums[i] + area) / (2 * area));
    }
    return pixels;
  }
}
