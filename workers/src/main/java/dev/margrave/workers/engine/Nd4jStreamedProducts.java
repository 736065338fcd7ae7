package dev.margrave.workers.engine;

import java.nio.DoubleBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** On ND4J. Memory: (rows + 2·inner)·(inner or outer) numbers outside the heap. */
final class Nd4jStreamedProducts implements StreamedProducts {
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

  Nd4jStreamedProducts(int maxRows, int inner, int outer) {
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

  @Override
  public void begin(double[] right) {
    vNumbers.put(0, right, 0, inner * outer);
    w.assign(0);
  }

  @Override
  public void forward(double[] block, int rows, double[] into) {
    load(block, rows);
    Nd4j.gemm(v, firstRows(x, rows), firstColumns(y, rows), true, true, 1, 0);
    yNumbers.get(0, into, 0, rows * outer);
  }

  @Override
  public void load(double[] block, int rows) {
    xNumbers.put(0, block, 0, rows * inner);
  }

  @Override
  public void backward(double[] factors, int rows) {
    yNumbers.put(0, factors, 0, rows * outer);
    Nd4j.gemm(firstColumns(y, rows), firstRows(x, rows), w, false, false, 1, 1);
  }

  @Override
  public double[] sum() {
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
