package dev.margrave.app.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.XYStyler;

/**
 * Several charts and drawings on one white sheet. To XChart's encoders it is a chart like another.
 */
final class Sheet extends Chart<XYStyler, XYSeries> {
  private record Part(double x, double y, Consumer<Graphics2D> drawing) {}

  private final List<Part> parts;
  private final double scale;

  /**
   * @param width in pixels
   * @param height in pixels
   */
  Sheet(int width, int height) {
    this(width, height, 1, new ArrayList<>());
  }

  private Sheet(int width, int height, double scale, List<Part> parts) {
    super(width, height, new XYStyler());
    this.scale = scale;
    this.parts = parts;
  }

  /** The same in more pixels. */
  Sheet enlarged(int times) {
    return new Sheet(getWidth() * times, getHeight() * times, scale * times, parts);
  }

  /** Draws something, later, with its upper left corner there. */
  void add(double x, double y, Consumer<Graphics2D> drawing) {
    parts.add(new Part(x, y, drawing));
  }

  /**
   * Draws a chart.
   *
   * @param over what is drawn over it, in its pixels
   */
  void add(double x, double y, XYChart chart, Consumer<Graphics2D> over) {
    add(
        x,
        y,
        g -> {
          chart.paint(g, chart.getWidth(), chart.getHeight());
          over.accept(g);
        });
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Look.PAPER);
    g.fill(new Rectangle2D.Double(0, 0, width, height));
    for (Part part : parts) {
      Graphics2D own = (Graphics2D) g.create();
      own.scale(scale, scale);
      own.translate(part.x(), part.y());
      part.drawing().accept(own);
      own.dispose();
    }
  }
}
