package dev.margrave.libtorch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Copies between Java arrays and tensors, in C order, single precision. */
final class Values {
  private Values() {}

  /** A tensor of its own memory, where trainings compute. */
  static Tensor of(float[] values, long... shape) {
    try (FloatPointer memory = new FloatPointer(values)) {
      return Libtorch.here(torch.from_blob(memory, shape).clone());
    }
  }

  /** Reads the tensor's first {@code count} values to {@code offset} on. */
  static void read(Tensor source, float[] target, int offset, int count) {
    source
        .cpu()
        .toType(torch.ScalarType.Float)
        .contiguous()
        .data_ptr_float()
        .get(target, offset, count);
  }

  /** All values of a tensor. */
  static float[] toArray(Tensor source) {
    float[] values = new float[Math.toIntExact(source.numel())];
    read(source, values, 0, values.length);
    return values;
  }

  /** Sum of the first {@code count} values, in double, in order. */
  static double sum(Tensor source, int count) {
    float[] values = toArray(source);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum;
  }
}
