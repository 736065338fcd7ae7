package dev.margrave.workers.teacher;

/**
 * Images as rows of numbers, read in blocks so that nobody needs all of them as floats at once.
 *
 * <p>Rows never change: reading the same rows again gives the same bits.
 */
public interface PixelRows {
  /** Number of images. */
  int rows();

  /** Numbers per image. */
  int columns();

  /**
   * Writes rows {@code from} to {@code from + count − 1}, one after the other, to the front of
   * {@code into}, which holds at least {@code count · columns()}.
   */
  void fill(int from, int count, float[] into);
}
