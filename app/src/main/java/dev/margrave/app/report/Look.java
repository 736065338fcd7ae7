package dev.margrave.app.report;

import dev.margrave.protocol.Arm;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What all figures have in common: colours, letters, axes. */
final class Look {
  static final Color INK = new Color(0x222222);
  static final Color MUTED = new Color(0x6B6B6B);
  static final Color GRID = new Color(0xE6E6E6);
  static final Color PAPER = Color.WHITE;

  /** Between the boundary and the safety margin. */
  static final Color BAND = new Color(0xF0, 0xC4, 0x19, 90);

  /** Text on the band. */
  static final Color BAND_INK = new Color(0x7A5C00);

  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
  static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 13);
  static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  /**
   * Okabe and Ito's palette, told apart by colour-blind eyes too; its sky blue darker: 3 to 1 on
   * paper.
   */
  private static final Map<Arm, Color> COLOURS =
      Map.of(
          Arm.FULL, new Color(0x0072B2),
          Arm.ABLATION, new Color(0xD55E00),
          Arm.RESCUE, new Color(0x009E73),
          Arm.DRIFT, new Color(0x4A9BD1),
          Arm.COLLAPSE, new Color(0x6B6B6B),
          Arm.RESCUE_FROM_COLLAPSE, new Color(0xCC79A7));

  /** Of all baselines: eleven colours could not be told apart. */
  private static final Color BASELINE = new Color(0x8C6D31);

  /** The same layout on every screen and in every file. */
  private static final FontRenderContext LETTERS = new FontRenderContext(null, true, true);

  private static final int MOST_INTERVALS = 8;
  private static final float HALO_PIXELS = 3.5f;

  /** Where a text stands, from its point. */
  enum Align {
    LEFT(0),
    CENTRE(0.5),
    RIGHT(1);

    private final double share;

    Align(double share) {
      this.share = share;
    }
  }

  private Look() {}

  static Color of(Arm arm) {
    return arm.isBaseline() ? BASELINE : COLOURS.getOrDefault(arm, INK);
  }

  /** Light enough for text on it. */
  static Color tint(Arm arm) {
    Color full = of(arm);
    return new Color(
        (2 * full.getRed() + 3 * 255) / 5,
        (2 * full.getGreen() + 3 * 255) / 5,
        (2 * full.getBlue() + 3 * 255) / 5);
  }

  /** Width of a text in pixels. */
  static double width(String text, Font font) {
    return font.getStringBounds(text, LETTERS).getWidth();
  }

  /** What {@link #text} would cover. */
  static Rectangle2D box(String text, double x, double y, Font font, Align align) {
    double width = width(text, font);
    return new Rectangle2D.Double(
        x - align.share * width, y - font.getSize() * 0.85, width, font.getSize() * 1.15);
  }

  /** Letters as outlines, as XChart draws its own: they look alike with any viewer's fonts. */
  static void text(
      Graphics2D g, String text, double x, double y, Font font, Color colour, Align align) {
    g.setColor(colour);
    g.fill(outline(text, x, y, font, align));
  }

  /** The same with a rim that keeps it readable over lines. */
  static void textOverLines(
      Graphics2D g, String text, double x, double y, Font font, Color colour, Align align) {
    Shape outline = outline(text, x, y, font, align);
    g.setColor(PAPER);
    g.setStroke(new BasicStroke(HALO_PIXELS, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(outline);
    g.setColor(colour);
    g.fill(outline);
  }

  private static Shape outline(String text, double x, double y, Font font, Align align) {
    double left = x - align.share * width(text, font);
    return font.createGlyphVector(LETTERS, text).getOutline((float) left, (float) y);
  }

  /** Shortened to so many characters. */
  static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /** An empty chart with light axes; its title and labels are drawn beside it. */
  static XYChart chart(int width, int height, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    chart
        .getStyler()
        .setLegendVisible(false)
        .setChartTitleVisible(false)
        .setChartBackgroundColor(PAPER)
        .setChartFontColor(INK)
        .setChartPadding(6)
        .setPlotBackgroundColor(PAPER)
        .setPlotBorderVisible(false)
        .setMarkerSize(5);
    chart
        .getStyler()
        .setAxisTickLabelsFont(SMALL)
        .setAxisTitleFont(PLAIN)
        .setAxisTitlePadding(6)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1f))
        .setPlotGridVerticalLinesVisible(false)
        .setPlotTicksMarksVisible(false)
        .setAxisTickMarksColor(MUTED)
        .setXAxisTitleVisible(!xTitle.isEmpty())
        .setYAxisTitleVisible(!yTitle.isEmpty())
        .setDecimalPattern("#0.##");
    return chart;
  }

  /** Makes the axis along the figure reach so far, with labels at round numbers only. */
  static void xAxis(XYChart chart, double left, double right, double anyY) {
    chart.getStyler().setXAxisMin(left).setXAxisMax(right);
    // Of few points XChart labels just these.
    double[] xs = roundNumbers(left, right);
    double[] ys = new double[xs.length];
    Arrays.fill(ys, anyY);
    XYSeries series = chart.addSeries("extent", xs, ys);
    series.setLineStyle(SeriesLines.NONE);
    series.setMarker(SeriesMarkers.NONE);
  }

  /** Multiples of 1, 2 or 5 times a power of ten between two numbers, at most nine. */
  static double[] roundNumbers(double low, double high) {
    double power = Math.pow(10, Math.floor(Math.log10((high - low) / MOST_INTERVALS)));
    double step =
        DoubleStream.of(1, 2, 5, 10)
            .map(factor -> factor * power)
            .filter(length -> (high - low) / length <= MOST_INTERVALS)
            .findFirst()
            .orElseThrow();
    return LongStream.rangeClosed((long) Math.ceil(low / step), (long) Math.floor(high / step))
        .mapToDouble(i -> i * step)
        .toArray();
  }
}
