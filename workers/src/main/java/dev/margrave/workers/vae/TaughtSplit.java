package dev.margrave.workers.vae;

import dev.margrave.workers.data.ImageSplit;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Images, each with its teacher's distribution.
 *
 * @param images n of them
 * @param teacher T {@code [n·K]}, row by row, rows on the simplex
 * @param components K
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
public record TaughtSplit(ImageSplit images, double[] teacher, int components) {
  /**
   * @throws IllegalArgumentException when the table has not one row per image
   */
  public TaughtSplit {
    if (teacher.length != (long) images.size() * components) {
      throw new IllegalArgumentException(
          "the teacher table has %d values; %d images with K = %d need %d"
              .formatted(
                  teacher.length, images.size(), components, (long) images.size() * components));
    }
  }

  /** n. */
  public int size() {
    return images.size();
  }

  /** The first images of this one, or all there are when they are fewer. */
  TaughtSplit first(int count) {
    if (count >= size()) {
      return this;
    }
    int[] indices = IntStream.range(0, count).toArray();
    return new TaughtSplit(
        images.subset(indices), Arrays.copyOf(teacher, count * components), components);
  }

  /** T in single precision, as training reads it. */
  float[] teacherAsFloats() {
    float[] floats = new float[teacher.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) teacher[i];
    }
    return floats;
  }

  /** ln T̄ {@code [K]}: what the boundary start's bias is. */
  float[] logMeanTeacher() {
    double[] mean = new double[components];
    for (int i = 0; i < teacher.length; i++) {
      mean[i % components] += teacher[i];
    }
    float[] logarithm = new float[components];
    for (int k = 0; k < components; k++) {
      logarithm[k] = (float) StrictMath.log(mean[k] / size());
    }
    return logarithm;
  }
}
