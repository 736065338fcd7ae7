package dev.margrave.workers.vae.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One array of an {@link EngineState}.
 *
 * @param shape e.g. {@code [4, 4, 3, 32]}
 * @param values in C order, as many as the shape says
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; equals below compares their bits.
public record NamedTensor(List<Integer> shape, float[] values) {

  /**
   * @throws IllegalArgumentException when the number of values is not the shape's
   */
  public NamedTensor {
    shape = List.copyOf(shape);
    Objects.requireNonNull(values, "values");
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "a tensor of shape " + shape + " holds " + size + " values, not " + values.length);
    }
  }

  /** Bit for bit: a NaN equals itself, 0 and −0 differ. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NamedTensor that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "NamedTensor" + shape;
  }
}
