package dev.margrave.app.report;

import dev.margrave.orchestrator.read.Thinning;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.Arm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One arm's margins at sampled z over the epochs of its stage. Points that no figure can show are
 * left out, and of many those that make no difference to the eye ({@link Thinning}).
 *
 * @param startEpoch epochs of its lineage before it: an arm that starts from another's checkpoint
 *     goes on where that one ended
 * @param startPoint where it started from, if from another's end; its epoch is 0
 * @param points by increasing epoch, at least one
 */
record MarginCurve(ArmRow row, double startEpoch, Optional<Point> startPoint, List<Point> points) {

  /** More than a figure has pixels for. */
  private static final int MOST_POINTS = 600;

  /** A margin. */
  record Point(double epoch, double marginNats) {}

  /** Of all arms that were measured, in the order of the results. */
  static List<MarginCurve> of(ExperimentResults results) {
    List<MarginCurve> curves = new ArrayList<>();
    for (Cell cell : Cell.of(results)) {
      for (ArmRow row : cell.rows()) {
        of(row, cell).ifPresent(curves::add);
      }
    }
    return curves;
  }

  private static Optional<MarginCurve> of(ArmRow row, Cell cell) {
    List<Point> points =
        row.margins().stream()
            .filter(point -> Double.isFinite(point.marginNats()))
            .map(point -> new Point(point.epoch(), point.marginNats()))
            .toList();
    if (points.isEmpty()) {
      return Optional.empty();
    }
    Optional<Point> startPoint =
        parent(row, cell)
            .flatMap(parent -> last(parent))
            .filter(point -> Double.isFinite(point.marginNats()))
            .map(point -> new Point(0, point.marginNats()));
    return Optional.of(
        new MarginCurve(
            row,
            start(row, cell),
            startPoint,
            Thinning.of(points, Point::marginNats, MOST_POINTS)));
  }

  private static double start(ArmRow row, Cell cell) {
    return parent(row, cell)
        .map(parent -> start(parent, cell) + last(parent).map(MarginPoint::epoch).orElse(0.0))
        .orElse(0.0);
  }

  private static Optional<ArmRow> parent(ArmRow row, Cell cell) {
    return row.arm()
        .startsFrom()
        .flatMap(arm -> cell.rows().stream().filter(other -> other.arm() == arm).findFirst());
  }

  private static Optional<MarginPoint> last(ArmRow row) {
    List<MarginPoint> margins = row.margins();
    return margins.isEmpty() ? Optional.empty() : Optional.of(margins.get(margins.size() - 1));
  }

  Arm arm() {
    return row.arm();
  }

  /** Unlike another's. */
  String name() {
    return "%s-%d-%d".formatted(row.arm().label(), row.seed(), row.teacherSeed());
  }

  Point lastPoint() {
    return points.get(points.size() - 1);
  }

  /** Where it started from, and its points. */
  List<Point> allPoints() {
    List<Point> all = new ArrayList<>();
    startPoint.ifPresent(all::add);
    all.addAll(points);
    return all;
  }

  /** Where the orchestrator rescued the margin by itself. */
  List<Point> rescues() {
    return row.result().stream()
        .flatMap(trained -> trained.provenance().rescuedAtSteps().stream())
        .map(this::at)
        .toList();
  }

  /** Where an attempt after the first went on. */
  List<Point> restarts() {
    return row.resumedAtSteps().stream().map(this::at).toList();
  }

  /** The point at a step, on the line between its neighbours. */
  private Point at(long step) {
    double epoch =
        row.margins().stream()
            .filter(point -> point.step() > 0)
            .findFirst()
            .map(point -> step * point.epoch() / point.step())
            .orElse(0.0);
    List<Point> all = allPoints();
    Point before = all.get(0);
    if (epoch <= before.epoch()) {
      return new Point(epoch, before.marginNats());
    }
    for (Point point : all) {
      if (point.epoch() >= epoch && point.epoch() > before.epoch()) {
        double share = (epoch - before.epoch()) / (point.epoch() - before.epoch());
        double margin = before.marginNats() + share * (point.marginNats() - before.marginNats());
        return new Point(epoch, margin);
      }
      before = point;
    }
    return new Point(epoch, before.marginNats());
  }
}
