package dev.margrave.libtorch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Native memory for the rows of one input, filled anew for each run. */
final class Input implements AutoCloseable {
  private final FloatPointer memory;
  private final int rows;
  private final int width;
  private final long[] shape;

  /**
   * @param shape its first dimension is the number of rows
   */
  Input(long... shape) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    this.rows = Math.toIntExact(shape[0]);
    this.width = Math.toIntExact(size / rows);
    this.shape = shape.clone();
    this.memory = new FloatPointer(size);
    this.memory.retainReference();
  }

  /** The next {@code count} rows of an array, filled up with zeros; valid until the next call. */
  Tensor fill(float[] values, int firstRow, int count) {
    memory.position(0).put(values, firstRow * width, count * width);
    if (count < rows) {
      float[] zeros = new float[(rows - count) * width];
      memory.position((long) count * width).put(zeros, 0, zeros.length);
      memory.position(0);
    }
    return Libtorch.here(torch.from_blob(memory, shape));
  }

  @Override
  public void close() {
    memory.releaseReference();
  }
}
