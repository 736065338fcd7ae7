package dev.margrave.workers.vae.engine;

import java.nio.DoubleBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between Java arrays and native ones, in C order, single or double precision. */
final class Tensors {
  private Tensors() {}

  static INDArray of(DataType type, float[] values, List<Integer> shape) {
    long[] dimensions = shape.stream().mapToLong(Integer::longValue).toArray();
    INDArray array = Nd4j.createUninitialized(type, dimensions);
    write(values, 0, array, values.length);
    return array;
  }

  /** Writes {@code count} values from {@code offset} on to the array's beginning. */
  static void write(float[] source, int offset, INDArray target, int count) {
    if (target.dataType() == DataType.FLOAT) {
      target.data().asNioFloat().put(source, offset, count);
      return;
    }
    DoubleBuffer buffer = target.data().asNioDouble();
    for (int i = 0; i < count; i++) {
      buffer.put(i, source[offset + i]);
    }
  }

  /** Reads the array's first {@code count} values to {@code offset} on. */
  static void read(INDArray source, float[] target, int offset, int count) {
    requireContiguous(source);
    if (source.dataType() == DataType.FLOAT) {
      source.data().asNioFloat().get(target, offset, count);
      return;
    }
    DoubleBuffer buffer = source.data().asNioDouble();
    for (int i = 0; i < count; i++) {
      target[offset + i] = (float) buffer.get(i);
    }
  }

  /** All values of an array. */
  static float[] toArray(INDArray source) {
    float[] values = new float[Math.toIntExact(source.length())];
    read(source, values, 0, values.length);
    return values;
  }

  /** Sum of the first {@code count} values, in double, in order. */
  static double sum(INDArray source, int count) {
    requireContiguous(source);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += source.data().getDouble(i);
    }
    return sum;
  }

  static void close(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }

  private static void requireContiguous(INDArray array) {
    boolean vector = array.rank() < 2;
    if (array.isView() || (!vector && array.ordering() != 'c')) {
      throw new IllegalStateException(
          "an engine's array of shape "
              + array.shapeInfoToString()
              + " is a view or not in C order; its values cannot be copied as they lie");
    }
  }
}
