package dev.margrave.app.report;

import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The margins of all arms over the epochs since each lineage's fresh start. Every seed is a line of
 * its arm's colour; the arm's name stands at a line's end.
 */
final class MarginFigure {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 540;
  private static final int HEAD = 46;

  /** Right of the plot, for the names of the arms that end there. */
  private static final int NAMES_WIDTH = 150;

  private final List<MarginCurve> curves;
  private final double safetyMarginNats;
  private final double end;
  private final XYChart chart;

  private MarginFigure(List<MarginCurve> curves, double safetyMarginNats) {
    this.curves = curves;
    this.safetyMarginNats = safetyMarginNats;
    this.end =
        curves.stream()
            .mapToDouble(curve -> curve.startEpoch() + curve.lastPoint().epoch())
            .max()
            .orElse(1);
    this.chart =
        Look.chart(
            WIDTH - NAMES_WIDTH,
            HEIGHT - HEAD,
            "epochs since the fresh start",
            "margin I − L (nats)");
    chart.getStyler().setXAxisMin(0.0);
    MarginDrawing.boundary(chart, end, safetyMarginNats);
    // Dozens of them: thin and below, or nothing else could be seen.
    curves.stream()
        .filter(curve -> curve.arm().isBaseline())
        .map(curve -> MarginDrawing.curve(chart, curve, curve.startEpoch()))
        .forEach(
            series -> {
              series.setLineStyle(new BasicStroke(0.8f));
              series.setMarker(SeriesMarkers.NONE);
            });
    curves.stream()
        .filter(curve -> !curve.arm().isBaseline())
        .forEach(curve -> MarginDrawing.curve(chart, curve, curve.startEpoch()));
  }

  /**
   * The figure.
   *
   * @param curves at least one
   * @param safetyMarginNats τ
   */
  static Figure of(ExperimentResults results, List<MarginCurve> curves, double safetyMarginNats) {
    MarginFigure figure = new MarginFigure(curves, safetyMarginNats);
    String title = "Margin at sampled z, held out";
    Sheet sheet = new Sheet(WIDTH, HEIGHT);
    sheet.add(
        12,
        24,
        g -> {
          Look.text(g, title, 0, 0, Look.TITLE, Look.INK, Look.Align.LEFT);
          Look.text(
              g,
              results.experiment().text(),
              Look.width(title, Look.TITLE) + 12,
              0,
              Look.PLAIN,
              Look.MUTED,
              Look.Align.LEFT);
        });
    sheet.add(12, 42, g -> MarginDrawing.key(g, curves));
    sheet.add(0, HEAD, figure.chart, figure::over);
    return new Figure(
        "margins",
        title,
        "Each line is one seed; an arm that starts from another's checkpoint goes on where that one"
            + " ended. Above the band it certifies; below the boundary every constant does as well.",
        "Boundary at 0 nats, safety margin "
            + safetyMarginNats
            + " nats. (epoch of the stage, margin in nats) by arm-seed-teacher:\n"
            + MarginDrawing.numbers(curves),
        sheet);
  }

  private void over(Graphics2D g) {
    MarginDrawing.bandEdge(g, chart, end, safetyMarginNats);
    MarginDrawing.names(g, chart, end, safetyMarginNats);
    curves.forEach(curve -> MarginDrawing.marks(g, chart, curve, curve.startEpoch()));
    List<Line2D> lines = lines();
    List<Rectangle2D> taken =
        new ArrayList<>(MarginDrawing.nameBoxes(chart, end, safetyMarginNats));
    anchors()
        .forEach(
            (arm, anchor) -> {
              Label label = place(family(arm), anchor, lines, taken);
              taken.add(label.box());
              Look.textOverLines(
                  g,
                  family(arm),
                  label.x(),
                  label.y(),
                  Look.HEADING,
                  Look.of(arm).darker(),
                  label.align());
            });
  }

  private record Label(double x, double y, Look.Align align, Rectangle2D box) {}

  /** Beside, above or below its lines' end: the first place that is free, else the first. */
  private static Label place(
      String text, double[] anchor, List<Line2D> lines, List<Rectangle2D> taken) {
    List<Label> places =
        List.of(
            label(text, anchor[0] + 8, anchor[1] + 4, Look.Align.LEFT),
            label(text, anchor[0], anchor[1] - 10, Look.Align.CENTRE),
            label(text, anchor[0], anchor[1] + 20, Look.Align.CENTRE),
            label(text, anchor[0] - 8, anchor[1] - 10, Look.Align.RIGHT),
            label(text, anchor[0] - 8, anchor[1] + 20, Look.Align.RIGHT),
            label(text, anchor[0] - 4, anchor[1] - 26, Look.Align.RIGHT),
            label(text, anchor[0] + 4, anchor[1] - 26, Look.Align.LEFT),
            label(text, anchor[0] - 8, anchor[1] + 38, Look.Align.RIGHT),
            label(text, anchor[0] + 8, anchor[1] + 38, Look.Align.LEFT));
    return places.stream()
        .filter(place -> taken.stream().noneMatch(place.box()::intersects))
        .filter(place -> lines.stream().noneMatch(place.box()::intersectsLine))
        .findFirst()
        .orElse(places.get(0));
  }

  private static Label label(String text, double x, double y, Look.Align align) {
    return new Label(x, y, align, Look.box(text, x, y, Look.HEADING, align));
  }

  /** Eleven names at nearly one place could not be read: the baselines share one. */
  private static String family(Arm arm) {
    return arm.isBaseline() ? "baselines" : arm.label();
  }

  /** The mean end of each family's lines, in pixels, by the first of its arms. */
  private Map<Arm, double[]> anchors() {
    Map<String, List<MarginCurve>> families = new LinkedHashMap<>();
    for (Arm arm : Arm.values()) {
      curves.stream()
          .filter(curve -> curve.arm() == arm)
          .forEach(
              curve -> families.computeIfAbsent(family(arm), name -> new ArrayList<>()).add(curve));
    }
    Map<Arm, double[]> anchors = new EnumMap<>(Arm.class);
    for (List<MarginCurve> own : families.values()) {
      double x = own.stream().mapToDouble(this::endX).max().orElseThrow();
      double y = own.stream().mapToDouble(this::endY).average().orElseThrow();
      anchors.put(own.get(0).arm(), new double[] {x, y});
    }
    return anchors;
  }

  private double endX(MarginCurve curve) {
    return chart.getScreenXFromChart(curve.startEpoch() + curve.lastPoint().epoch());
  }

  private double endY(MarginCurve curve) {
    return chart.getScreenYFromChart(curve.lastPoint().marginNats());
  }

  private List<Line2D> lines() {
    List<Line2D> lines = new ArrayList<>();
    double zero = chart.getScreenYFromChart(0);
    lines.add(
        new Line2D.Double(
            chart.getScreenXFromChart(0), zero, chart.getScreenXFromChart(end), zero));
    for (MarginCurve curve : curves) {
      List<MarginCurve.Point> points = curve.allPoints();
      for (int i = 1; i < points.size(); i++) {
        lines.add(
            new Line2D.Double(
                chart.getScreenXFromChart(curve.startEpoch() + points.get(i - 1).epoch()),
                chart.getScreenYFromChart(points.get(i - 1).marginNats()),
                chart.getScreenXFromChart(curve.startEpoch() + points.get(i).epoch()),
                chart.getScreenYFromChart(points.get(i).marginNats())));
      }
    }
    return lines;
  }
}
