package dev.margrave.workers.teacher;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How a teacher's components fall onto the labels of the data set, which it never saw.
 *
 * @param split whose images are counted: {@code evaluate}, the held-out one
 * @param components K
 * @param labels L names
 * @param counts {@code [K][L]}: images of a label whose most probable component it is; of equally
 *     probable ones the first
 */
public record TeacherConfusion(
    String split, int components, List<String> labels, List<List<Integer>> counts) {
  public TeacherConfusion {
    labels = List.copyOf(labels);
    counts = counts.stream().map(List::copyOf).toList();
  }

  /**
   * Counts the held-out split.
   *
   * @param table T {@code [n·K]}, row by row
   * @param components K
   * @param classes of the images, {@code [n]}, each from 0 to {@code names.size()} − 1
   * @param names of the classes
   */
  public static TeacherConfusion ofHeldOut(
      double[] table, int components, int[] classes, List<String> names) {
    if (table.length != (long) classes.length * components) {
      throw new IllegalArgumentException(
          "%d values of a table with K = %d, and %d labels"
              .formatted(table.length, components, classes.length));
    }
    int[][] counts = new int[components][names.size()];
    for (int i = 0; i < classes.length; i++) {
      counts[mostProbable(table, i * components, components)][classes[i]]++;
    }
    return new TeacherConfusion(
        "evaluate",
        components,
        names,
        IntStream.range(0, components)
            .mapToObj(k -> IntStream.of(counts[k]).boxed().toList())
            .toList());
  }

  private static int mostProbable(double[] table, int from, int components) {
    int most = 0;
    for (int k = 1; k < components; k++) {
      if (table[from + k] > table[from + most]) {
        most = k;
      }
    }
    return most;
  }
}
