package dev.margrave.workers.teacher;

import java.nio.DoubleBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The two matrix products that principal components and mixtures are made of, for rows X that come
 * in blocks: Y = X·V, and W = Σ Xᵀ·Y over all blocks.
 *
 * <p><b>Shapes.</b> X [rows, inner], V and W [inner, outer], Y [rows, outer], all row by row, in
 * double. <b>Accuracy.</b> That of the native library's gemm; bit-identical for the same blocks and
 * thread count. <b>Memory.</b> (rows + 2·inner)·(inner or outer) numbers outside the heap, freed by
 * {@link #close}.
 */
final class StreamedProducts implements AutoCloseable {
  private final int maxRows;
  private final int inner;
  private final int outer;
  private final INDArray x;
  private final INDArray v;
  private final INDArray y;
  private final INDArray w;
  private final DoubleBuffer xNumbers;
  private final DoubleBuffer vNumbers;
  private final DoubleBuffer yNumbers;
  private final DoubleBuffer wNumbers;

  StreamedProducts(int maxRows, int inner, int outer) {
    this.maxRows = maxRows;
    this.inner = inner;
    this.outer = outer;
    x = Nd4j.create(DataType.DOUBLE, new long[] {maxRows, inner}, 'c');
    v = Nd4j.create(DataType.DOUBLE, new long[] {inner, outer}, 'c');
    // The library writes results column by column, so the transposes are what it is asked for.
    y = Nd4j.create(DataType.DOUBLE, new long[] {outer, maxRows}, 'f');
    w = Nd4j.create(DataType.DOUBLE, new long[] {outer, inner}, 'f');
    xNumbers = x.data().asNioDouble();
    vNumbers = v.data().asNioDouble();
    yNumbers = y.data().asNioDouble();
    wNumbers = w.data().asNioDouble();
  }

  /** Sets V and forgets W. */
  void begin(double[] right) {
    vNumbers.put(0, right, 0, inner * outer);
    w.assign(0);
  }

  /** Takes the next block X and writes X·V to {@code into}. */
  void forward(double[] block, int rows, double[] into) {
    load(block, rows);
    Nd4j.gemm(v, firstRows(x, rows), firstColumns(y, rows), true, true, 1, 0);
    yNumbers.get(0, into, 0, rows * outer);
  }

  /** Takes the next block X without a product. */
  void load(double[] block, int rows) {
    xNumbers.put(0, block, 0, rows * inner);
  }

  /** Adds Xᵀ·Y to W, X being the block taken last. */
  void backward(double[] factors, int rows) {
    yNumbers.put(0, factors, 0, rows * outer);
    Nd4j.gemm(firstColumns(y, rows), firstRows(x, rows), w, false, false, 1, 1);
  }

  /** W of all blocks since {@link #begin}. */
  double[] sum() {
    double[] result = new double[inner * outer];
    wNumbers.get(0, result);
    return result;
  }

  private INDArray firstRows(INDArray matrix, int rows) {
    return rows == maxRows
        ? matrix
        : matrix.get(NDArrayIndex.interval(0, rows), NDArrayIndex.all());
  }

  private INDArray firstColumns(INDArray matrix, int columns) {
    return columns == maxRows
        ? matrix
        : matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(0, columns));
  }

  @Override
  public void close() {
    x.close();
    v.close();
    y.close();
    w.close();
  }
}
