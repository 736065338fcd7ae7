package dev.margrave.orchestrator.read;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Fewer points of a margin curve, for a plot. Of a curve of more than {@code points} points it
 * keeps the first and the last; what lies between is cut into equal parts, of each of which it
 * keeps the lowest and the highest margin. So a dip below the boundary is never lost, and every
 * point kept is one that was measured.
 */
public final class Thinning {
  /** The first, the last, and two of at least one part. */
  public static final int FEWEST_POINTS = 4;

  private Thinning() {}

  /**
   * Thins one run's curve.
   *
   * @param curve by increasing step
   * @param points at most so many are kept, at least {@link #FEWEST_POINTS}
   * @return by increasing step
   */
  public static List<MarginRow> of(List<MarginRow> curve, int points) {
    return of(curve, row -> row.point().marginNats(), points);
  }

  /**
   * Thins a curve.
   *
   * @param curve from left to right
   * @param height of a point
   * @param points at most so many are kept, at least {@link #FEWEST_POINTS}
   * @return from left to right
   */
  public static <T> List<T> of(List<T> curve, ToDoubleFunction<T> height, int points) {
    if (points < FEWEST_POINTS) {
      throw new IllegalArgumentException(
          "points = %d: at least %d are wanted".formatted(points, FEWEST_POINTS));
    }
    int last = curve.size() - 1;
    if (last < points) {
      return curve;
    }
    int parts = (points - 2) / 2;
    List<T> kept = new ArrayList<>(points);
    kept.add(curve.get(0));
    for (int part = 0; part < parts; part++) {
      List<T> between = curve.subList(edge(part, parts, last), edge(part + 1, parts, last));
      extremes(between, height, kept);
    }
    kept.add(curve.get(last));
    return List.copyOf(kept);
  }

  /** Where a part begins: between the first point and the last one. */
  private static int edge(int part, int parts, int last) {
    return 1 + (int) ((long) (last - 1) * part / parts);
  }

  private static <T> void extremes(List<T> part, ToDoubleFunction<T> height, List<T> kept) {
    int lowest = 0;
    int highest = 0;
    for (int i = 1; i < part.size(); i++) {
      double here = height.applyAsDouble(part.get(i));
      lowest = Double.compare(here, height.applyAsDouble(part.get(lowest))) < 0 ? i : lowest;
      highest = Double.compare(here, height.applyAsDouble(part.get(highest))) > 0 ? i : highest;
    }
    kept.add(part.get(Math.min(lowest, highest)));
    if (lowest != highest) {
      kept.add(part.get(Math.max(lowest, highest)));
    }
  }
}
