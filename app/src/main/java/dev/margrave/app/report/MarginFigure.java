package dev.margrave.app.report;

import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.Arm;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The margins at sampled z over the epochs since each lineage's fresh start: an arm that starts
 * from another's checkpoint goes on where that one ended. Every seed is a line of its arm's colour.
 */
final class MarginFigure {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 520;

  /** Okabe and Ito's palette, told apart by colour-blind eyes too. */
  private static final Map<Arm, Color> COLOURS =
      Map.of(
          Arm.FULL, new Color(0x0072B2),
          Arm.ABLATION, new Color(0xD55E00),
          Arm.RESCUE, new Color(0x009E73),
          Arm.DRIFT, new Color(0x56B4E9),
          Arm.COLLAPSE, new Color(0x6B6B6B),
          Arm.RESCUE_FROM_COLLAPSE, new Color(0xCC79A7));

  private static final Color INK = new Color(0x222222);
  private static final Color GRID = new Color(0xE6E6E6);
  private static final Color BAND = new Color(0xF0, 0xC4, 0x19, 90);

  private final XYChart chart;

  private MarginFigure(XYChart chart) {
    this.chart = chart;
  }

  /**
   * The figure; empty when nothing was measured.
   *
   * @param safetyMarginNats τ
   */
  static Optional<MarginFigure> of(ExperimentResults results, double safetyMarginNats) {
    List<Curve> curves = Curve.of(results);
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Margin at sampled z, held out: " + results.experiment())
            .xAxisTitle("epochs since the fresh start")
            .yAxisTitle("margin I − L (nats)")
            .build();
    style(chart);
    double end = curves.stream().mapToDouble(curve -> last(curve.epochs())).max().orElse(1);
    boundary(chart, end, safetyMarginNats);
    Set<Arm> shown = EnumSet.noneOf(Arm.class);
    for (Curve curve : curves) {
      add(chart, curve, shown.add(curve.arm()));
    }
    return Optional.of(new MarginFigure(chart));
  }

  void writeSvg(OutputStream out) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsFormat.SVG);
  }

  void writePng(OutputStream out) throws IOException {
    BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
  }

  private static void boundary(XYChart chart, double end, double safetyMarginNats) {
    double[] ends = {0, end};
    if (safetyMarginNats > 0) {
      XYSeries band =
          chart.addSeries(
              "not safely above (τ = " + safetyMarginNats + ")",
              ends,
              new double[] {safetyMarginNats, safetyMarginNats});
      band.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
      band.setFillColor(BAND);
      band.setLineColor(BAND);
      band.setMarker(SeriesMarkers.NONE);
    }
    XYSeries line = chart.addSeries("boundary: best constant", ends, new double[] {0, 0});
    line.setLineColor(INK);
    line.setLineStyle(SeriesLines.SOLID);
    line.setLineWidth(1.6f);
    line.setMarker(SeriesMarkers.NONE);
  }

  private static void add(XYChart chart, Curve curve, boolean inLegend) {
    XYSeries series =
        chart.addSeries(
            inLegend ? curve.arm().label() : curve.name(), curve.epochs(), curve.margins());
    series.setShowInLegend(inLegend);
    series.setLineColor(COLOURS.get(curve.arm()));
    series.setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(COLOURS.get(curve.arm()));
  }

  private static void style(XYChart chart) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    chart
        .getStyler()
        .setLegendPosition(LegendPosition.OutsideE)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(plain)
        .setLegendPadding(12)
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(INK)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15))
        .setChartTitleBoxVisible(false)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false);
    chart.getStyler().setMarkerSize(5);
    chart
        .getStyler()
        .setAxisTickLabelsFont(plain)
        .setAxisTitleFont(plain)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1f))
        .setPlotGridVerticalLinesVisible(false)
        .setAxisTickMarksColor(INK)
        .setXAxisMin(0.0)
        .setDecimalPattern("#0.##");
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  /** One line of the figure. */
  private record Curve(Arm arm, String name, List<Double> epochs, List<Double> margins) {

    static List<Curve> of(ExperimentResults results) {
      List<Curve> curves = new ArrayList<>();
      for (Cell cell : Cell.of(results)) {
        for (ArmRow row : cell.rows()) {
          of(row, cell).ifPresent(curves::add);
        }
      }
      return curves;
    }

    /** From where its parent ended; points that no figure can show are left out. */
    private static Optional<Curve> of(ArmRow row, Cell cell) {
      double offset = 0;
      List<double[]> points = new ArrayList<>();
      Optional<ArmRow> parent = row.arm().startsFrom().flatMap(arm -> find(arm, cell));
      if (parent.isPresent() && !parent.get().margins().isEmpty()) {
        offset = start(parent.get(), cell) + end(parent.get());
        points.add(new double[] {offset, lastMargin(parent.get())});
      }
      for (MarginPoint point : row.margins()) {
        points.add(new double[] {offset + point.epoch(), point.marginNats()});
      }
      points.removeIf(point -> !Double.isFinite(point[1]));
      if (row.margins().isEmpty() || points.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Curve(
              row.arm(),
              "%s-%d-%d".formatted(row.arm().label(), row.seed(), row.teacherSeed()),
              points.stream().map(point -> point[0]).toList(),
              points.stream().map(point -> point[1]).toList()));
    }

    private static double start(ArmRow row, Cell cell) {
      return row.arm()
          .startsFrom()
          .flatMap(arm -> find(arm, cell))
          .map(parent -> start(parent, cell) + end(parent))
          .orElse(0.0);
    }

    private static double end(ArmRow row) {
      return row.margins().isEmpty() ? 0 : row.margins().get(row.margins().size() - 1).epoch();
    }

    private static double lastMargin(ArmRow row) {
      return row.margins().get(row.margins().size() - 1).marginNats();
    }

    private static Optional<ArmRow> find(Arm arm, Cell cell) {
      return cell.rows().stream().filter(row -> row.arm() == arm).findFirst();
    }
  }
}
