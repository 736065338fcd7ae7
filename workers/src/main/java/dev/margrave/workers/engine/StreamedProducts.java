package dev.margrave.workers.engine;

/**
 * The two matrix products that principal components and mixtures are made of, for rows X that come
 * in blocks: Y = X·V, and W = Σ Xᵀ·Y over all blocks.
 *
 * <p><b>Shapes.</b> X [rows, inner], V and W [inner, outer], Y [rows, outer], all row by row, in
 * double. <b>Accuracy.</b> That of the native library's gemm; bit-identical for the same blocks and
 * thread count. Memory outside the heap is freed by {@link #close}.
 */
public interface StreamedProducts extends AutoCloseable {
  /** Sets V and forgets W. */
  void begin(double[] right);

  /** Takes the next block X and writes X·V to {@code into}. */
  void forward(double[] block, int rows, double[] into);

  /** Takes the next block X without a product. */
  void load(double[] block, int rows);

  /** Adds Xᵀ·Y to W, X being the block taken last. */
  void backward(double[] factors, int rows);

  /** W of all blocks since {@link #begin}. */
  double[] sum();

  @Override
  void close();
}
