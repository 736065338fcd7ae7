package dev.margrave.orchestrator.read;

import java.util.ArrayList;
import java.util.List;

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
    if (points < FEWEST_POINTS) {
      throw new IllegalArgumentException(
          "points = %d: at least %d are wanted".formatted(points, FEWEST_POINTS));
    }
    int last = curve.size() - 1;
    if (last < points) {
      return curve;
    }
    int parts = (points - 2) / 2;
    List<MarginRow> kept = new ArrayList<>(points);
    kept.add(curve.get(0));
    for (int part = 0; part < parts; part++) {
      extremes(curve, edge(part, parts, last), edge(part + 1, parts, last), kept);
    }
    kept.add(curve.get(last));
    return List.copyOf(kept);
  }

  /** Where a part begins: between the first point and the last one. */
  private static int edge(int part, int parts, int last) {
    return 1 + (int) ((long) (last - 1) * part / parts);
  }

  private static void extremes(List<MarginRow> curve, int from, int until, List<MarginRow> kept) {
    int lowest = from;
    int highest = from;
    for (int i = from + 1; i < until; i++) {
      lowest = Double.compare(margin(curve, i), margin(curve, lowest)) < 0 ? i : lowest;
      highest = Double.compare(margin(curve, i), margin(curve, highest)) > 0 ? i : highest;
    }
    kept.add(curve.get(Math.min(lowest, highest)));
    if (lowest != highest) {
      kept.add(curve.get(Math.max(lowest, highest)));
    }
  }

  private static double margin(List<MarginRow> curve, int index) {
    return curve.get(index).point().marginNats();
  }
}
