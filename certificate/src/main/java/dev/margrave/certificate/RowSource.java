package dev.margrave.certificate;

/**
 * A table of numbers that is read row by row, from memory or from a file.
 *
 * <p>An implementation is safe to read from many threads at once, always gives the same numbers for
 * the same row, and allocates nothing in {@link #read}. {@link RowSources} has the usual ones.
 */
public interface RowSource {
  /** How many rows there are; may exceed 2³¹. */
  long rows();

  /** How many numbers each row holds. */
  int columns();

  /**
   * Copies one row.
   *
   * @param row from 0 to {@link #rows()} − 1
   * @param into receives {@link #columns()} numbers, from index 0
   * @throws IndexOutOfBoundsException if there is no such row or no room for it
   */
  void read(long row, double[] into);

  /** Where the table comes from, for messages: a file's path, or nothing for memory. */
  default String origin() {
    return "";
  }
}
