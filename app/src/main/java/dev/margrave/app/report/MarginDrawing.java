package dev.margrave.app.report;

import dev.margrave.app.text.Numbers;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What every chart with margins on its upright axis has: boundary, band, curves, marks. */
final class MarginDrawing {
  /** What the marks mean. */
  private static final String RESCUE = "rescued automatically";

  private static final String RESTART = "an attempt went on here";

  private static final String BOUNDARY = "boundary: best constant";

  /** Of more points each is no dot any more. */
  private static final int MOST_MARKERS = 60;

  private static final double MARK_PIXELS = 6;
  private static final BasicStroke MARK = new BasicStroke(1.6f);

  private MarginDrawing() {}

  /** The band up to τ, and the boundary, from epoch 0 to {@code end}. */
  static void boundary(XYChart chart, double end, double safetyMarginNats) {
    double[] ends = {0, end};
    if (safetyMarginNats > 0) {
      XYSeries band =
          chart.addSeries("band", ends, new double[] {safetyMarginNats, safetyMarginNats});
      band.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
      band.setFillColor(Look.BAND);
      band.setLineColor(Look.BAND);
      band.setLineStyle(SeriesLines.NONE);
      band.setMarker(SeriesMarkers.NONE);
    }
    XYSeries line = chart.addSeries("boundary", ends, new double[] {0, 0});
    line.setLineColor(Look.INK);
    line.setLineStyle(new BasicStroke(1.6f));
    line.setMarker(SeriesMarkers.NONE);
  }

  static XYSeries curve(XYChart chart, MarginCurve curve, double startEpoch) {
    List<MarginCurve.Point> points = curve.allPoints();
    Color colour = Look.of(curve.arm());
    XYSeries series =
        chart.addSeries(
            curve.name(),
            points.stream().mapToDouble(point -> startEpoch + point.epoch()).toArray(),
            points.stream().mapToDouble(MarginCurve.Point::marginNats).toArray());
    series.setLineColor(colour);
    series.setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setMarker(points.size() <= MOST_MARKERS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    series.setMarkerColor(colour);
    return series;
  }

  /** Over the painted chart. */
  static void marks(Graphics2D g, XYChart chart, MarginCurve curve, double startEpoch) {
    for (MarginCurve.Point point : curve.restarts()) {
      restart(
          g,
          chart.getScreenXFromChart(startEpoch + point.epoch()),
          chart.getScreenYFromChart(point.marginNats()));
    }
    for (MarginCurve.Point point : curve.rescues()) {
      rescue(
          g,
          chart.getScreenXFromChart(startEpoch + point.epoch()),
          chart.getScreenYFromChart(point.marginNats()));
    }
  }

  /** A ring. */
  private static void restart(Graphics2D g, double x, double y) {
    var ring =
        new Ellipse2D.Double(x - MARK_PIXELS, y - MARK_PIXELS, 2 * MARK_PIXELS, 2 * MARK_PIXELS);
    g.setColor(Look.INK);
    g.setStroke(MARK);
    g.draw(ring);
  }

  /** A triangle that points up. */
  private static void rescue(Graphics2D g, double x, double y) {
    Path2D triangle = new Path2D.Double();
    triangle.moveTo(x, y - MARK_PIXELS - 2);
    triangle.lineTo(x + MARK_PIXELS, y + MARK_PIXELS - 2);
    triangle.lineTo(x - MARK_PIXELS, y + MARK_PIXELS - 2);
    triangle.closePath();
    g.setColor(Look.PAPER);
    g.fill(triangle);
    g.setColor(Look.INK);
    g.setStroke(MARK);
    g.draw(triangle);
  }

  /** The marks that the curves have, explained on one line; nothing when there are none. */
  static void key(Graphics2D g, List<MarginCurve> curves) {
    double x = MARK_PIXELS;
    if (curves.stream().anyMatch(curve -> !curve.rescues().isEmpty())) {
      rescue(g, x, -4);
      Look.text(g, RESCUE, x + 12, 0, Look.SMALL, Look.MUTED, Look.Align.LEFT);
      x += 12 + Look.width(RESCUE, Look.SMALL) + 24;
    }
    if (curves.stream().anyMatch(curve -> !curve.restarts().isEmpty())) {
      restart(g, x, -4);
      Look.text(g, RESTART, x + 12, 0, Look.SMALL, Look.MUTED, Look.Align.LEFT);
    }
  }

  /** Where {@link #names} writes. */
  static List<Rectangle2D> nameBoxes(XYChart chart, double end, double safetyMarginNats) {
    double x = chart.getScreenXFromChart(end);
    double zero = chart.getScreenYFromChart(0);
    double top = chart.getScreenYFromChart(safetyMarginNats);
    return List.of(
        Look.box(BOUNDARY, x, zero + 14, Look.SMALL, Look.Align.RIGHT),
        Look.box(band(safetyMarginNats), x, top - 5, Look.SMALL, Look.Align.RIGHT));
  }

  private static String band(double safetyMarginNats) {
    return "safety margin τ = " + safetyMarginNats;
  }

  /** The upper edge of the band. */
  static void bandEdge(Graphics2D g, XYChart chart, double end, double safetyMarginNats) {
    if (safetyMarginNats > 0) {
      double x = chart.getScreenXFromChart(end);
      double top = chart.getScreenYFromChart(safetyMarginNats);
      g.setColor(Look.BAND_INK);
      g.setStroke(
          new BasicStroke(
              1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 4f, new float[] {4, 3}, 0));
      g.draw(new Line2D.Double(chart.getScreenXFromChart(0), top, x, top));
    }
  }

  /** Names the boundary and the band at their right ends. */
  static void names(Graphics2D g, XYChart chart, double end, double safetyMarginNats) {
    double x = chart.getScreenXFromChart(end);
    double zero = chart.getScreenYFromChart(0);
    Look.textOverLines(g, BOUNDARY, x, zero + 14, Look.SMALL, Look.INK, Look.Align.RIGHT);
    if (safetyMarginNats > 0) {
      double top = chart.getScreenYFromChart(safetyMarginNats);
      Look.textOverLines(
          g, band(safetyMarginNats), x, top - 5, Look.SMALL, Look.BAND_INK, Look.Align.RIGHT);
    }
  }

  /** The numbers of the curves, for a description. */
  static String numbers(List<MarginCurve> curves) {
    StringBuilder text = new StringBuilder();
    for (MarginCurve curve : curves) {
      text.append(curve.name()).append(':');
      curve.startPoint().ifPresent(point -> append(text, point));
      curve.points().forEach(point -> append(text, point));
      text.append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, MarginCurve.Point point) {
    text.append(" (")
        .append(Numbers.fixed(point.epoch(), 2))
        .append(", ")
        .append(Numbers.signed(point.marginNats(), 4))
        .append(')');
  }
}
