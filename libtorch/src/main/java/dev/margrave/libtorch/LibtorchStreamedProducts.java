package dev.margrave.libtorch;

import dev.margrave.workers.engine.StreamedProducts;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * On libtorch's CPU, where there is double precision at full speed. Memory: (rows + 2·inner)·(inner
 * or outer) numbers outside the heap.
 */
@SuppressWarnings("try") // Scopes and guards act by being open.
final class LibtorchStreamedProducts implements StreamedProducts {
  private final int inner;
  private final int outer;
  private final DoublePointer x;
  private final DoublePointer v;
  private final DoublePointer y;
  private final DoublePointer w;

  LibtorchStreamedProducts(int maxRows, int inner, int outer) {
    Libtorch.start();
    this.inner = inner;
    this.outer = outer;
    x = numbers(maxRows, inner);
    v = numbers(inner, outer);
    y = numbers(maxRows, outer);
    w = numbers(inner, outer);
  }

  private static DoublePointer numbers(int rows, int columns) {
    return new DoublePointer((long) rows * columns).retainReference();
  }

  private static Tensor matrix(DoublePointer numbers, int rows, int columns) {
    return torch.from_blob(
        numbers, new long[] {rows, columns}, new TensorOptions(torch.ScalarType.Double));
  }

  @Override
  public void begin(double[] right) {
    v.put(right, 0, inner * outer);
    w.put(new double[inner * outer]);
  }

  @Override
  public void forward(double[] block, int rows, double[] into) {
    load(block, rows);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor product = matrix(y, rows, outer);
      torch.mm_out(product, matrix(x, rows, inner), matrix(v, inner, outer));
    }
    y.get(into, 0, rows * outer);
  }

  @Override
  public void load(double[] block, int rows) {
    x.put(block, 0, rows * inner);
  }

  @Override
  public void backward(double[] factors, int rows) {
    y.put(factors, 0, rows * outer);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      matrix(w, inner, outer).addmm_(matrix(x, rows, inner).t(), matrix(y, rows, outer));
    }
  }

  @Override
  public double[] sum() {
    double[] result = new double[inner * outer];
    w.get(result);
    return result;
  }

  @Override
  public void close() {
    x.releaseReference();
    v.releaseReference();
    y.releaseReference();
    w.releaseReference();
  }
}
