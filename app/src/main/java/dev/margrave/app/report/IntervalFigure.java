package dev.margrave.app.report;

import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.XYChart;

/**
 * Arms by seeds: the margin of each with its confidence interval, against the boundary. The lower
 * end is the bound that a verdict rests on, the upper end is as far on the other side.
 */
final class IntervalFigure {
  private static final int HEAD = 50;
  private static final int ROW = 22;
  private static final int GAP = 8;
  private static final int AXIS = 58;

  private static final int PLOT_WIDTH = 430;

  /** Above the first row, for the names of boundary and band. */
  private static final int TOP = 26;

  private record Row(ArmRow row, double y) {}

  /** Left of the plot, for arm and seed; right of it, for the numbers. */
  private final int namesWidth;

  private final int numbersWidth;
  private final List<Row> rows;
  private final double safetyMarginNats;
  private final int height;
  private final XYChart chart;

  private IntervalFigure(ExperimentResults results, double safetyMarginNats) {
    this.rows = rows(results);
    this.namesWidth =
        width(row -> row.arm().label(), Look.HEADING)
            + width(row -> Words.cell(row.seed(), row.teacherSeed()), Look.SMALL)
            + 32;
    this.numbersWidth = width(IntervalFigure::text, Look.PLAIN) + 20;
    this.safetyMarginNats = safetyMarginNats;
    this.height = (int) rows.get(rows.size() - 1).y() + ROW / 2;
    this.chart = Look.chart(PLOT_WIDTH, height + AXIS, "margin I − L (nats)", "");
    chart
        .getStyler()
        .setYAxisTicksVisible(false)
        .setPlotGridHorizontalLinesVisible(false)
        .setPlotGridVerticalLinesVisible(true);
    double[] ends = ends();
    Look.xAxis(chart, ends[0], ends[1], 0);
  }

  /** The figure; at least one arm has a finite margin. */
  static Figure of(ExperimentResults results, double safetyMarginNats) {
    IntervalFigure figure = new IntervalFigure(results, safetyMarginNats);
    String title = "Margin at sampled z and its confidence interval, held out";
    Sheet sheet =
        new Sheet(
            figure.namesWidth + PLOT_WIDTH + figure.numbersWidth, HEAD + figure.height + AXIS + 4);
    sheet.add(
        12,
        24,
        g -> {
          Look.text(g, title, 0, 0, Look.TITLE, Look.INK, Look.Align.LEFT);
          double x = Look.width(title, Look.TITLE) + 12;
          Look.text(g, results.experiment().text(), x, 0, Look.PLAIN, Look.MUTED, Look.Align.LEFT);
        });
    sheet.add(figure.namesWidth, HEAD, figure.chart, figure::over);
    return new Figure(
        "intervals",
        title,
        "Point: the margin; bar: from its asymptotic lower confidence bound, on which the verdict"
            + " rests, to as far above it (%s confidence on either side)."
                .formatted(confidence(results)),
        figure.numbers(),
        sheet);
  }

  private static String confidence(ExperimentResults results) {
    return results.arms().stream()
        .flatMap(row -> row.result().stream())
        .map(trained -> Numbers.fixed(100 * trained.sampled().lowerBounds().confidence(), 1) + " %")
        .findFirst()
        .orElse("");
  }

  /** Of the widest, in pixels. */
  private int width(Function<ArmRow, String> text, Font font) {
    return (int)
        Math.ceil(
            rows.stream()
                .mapToDouble(row -> Look.width(text.apply(row.row()), font))
                .max()
                .orElse(0));
  }

  /** Arm by arm, seeds in their order; a little apart. */
  private static List<Row> rows(ExperimentResults results) {
    List<ArmRow> sorted =
        results.arms().stream().sorted(Comparator.comparing(ArmRow::arm)).toList();
    List<Row> rows = new ArrayList<>();
    double y = TOP + ROW / 2.0;
    Arm before = sorted.get(0).arm();
    for (ArmRow row : sorted) {
      y += row.arm() == before ? 0 : GAP;
      before = row.arm();
      rows.add(new Row(row, y));
      y += ROW;
    }
    return rows;
  }

  private double[] ends() {
    double low = 0;
    double high = safetyMarginNats;
    for (Row row : rows) {
      for (ArmTrained trained : row.row().result().stream().toList()) {
        double margin = trained.sampled().marginNats();
        double lower = trained.sampled().lowerBounds().asymptotic();
        if (Double.isFinite(margin)) {
          double reach = Double.isFinite(lower) ? margin - lower : 0;
          low = Math.min(low, margin - reach);
          high = Math.max(high, margin + reach);
        }
      }
    }
    double air = Math.max(0.02, 0.06 * (high - low));
    return new double[] {low - air, high + air};
  }

  private void over(Graphics2D g) {
    double zero = chart.getScreenXFromChart(0);
    double tau = chart.getScreenXFromChart(safetyMarginNats);
    if (safetyMarginNats > 0) {
      g.setColor(Look.BAND);
      g.fill(new Rectangle2D.Double(zero, TOP, tau - zero, height - TOP));
      Look.textOverLines(
          g,
          "τ = " + safetyMarginNats,
          tau + 4,
          TOP - 6,
          Look.SMALL,
          Look.BAND_INK,
          Look.Align.LEFT);
    }
    g.setColor(Look.INK);
    g.setStroke(new BasicStroke(1.6f));
    g.draw(new Line2D.Double(zero, TOP, zero, height));
    Look.textOverLines(g, "boundary", zero - 4, TOP - 6, Look.SMALL, Look.INK, Look.Align.RIGHT);
    Arm before = null;
    for (Row row : rows) {
      name(g, row, row.row().arm() != before);
      before = row.row().arm();
      row.row().result().ifPresent(trained -> interval(g, row, trained));
      Look.text(
          g,
          text(row.row()),
          PLOT_WIDTH + 8,
          row.y() + 4,
          Look.PLAIN,
          row.row().result().isPresent() ? Look.INK : Look.MUTED,
          Look.Align.LEFT);
    }
  }

  private void name(Graphics2D g, Row row, boolean first) {
    ArmRow arm = row.row();
    if (first) {
      Look.text(
          g,
          arm.arm().label(),
          12.0 - namesWidth,
          row.y() + 4,
          Look.HEADING,
          Look.of(arm.arm()).darker(),
          Look.Align.LEFT);
    }
    String cell = Words.cell(arm.seed(), arm.teacherSeed());
    Look.text(g, cell, -4, row.y() + 4, Look.SMALL, Look.MUTED, Look.Align.RIGHT);
  }

  private void interval(Graphics2D g, Row row, ArmTrained trained) {
    double margin = trained.sampled().marginNats();
    double lower = trained.sampled().lowerBounds().asymptotic();
    if (!Double.isFinite(margin)) {
      return;
    }
    double x = chart.getScreenXFromChart(margin);
    g.setColor(Look.of(row.row().arm()));
    if (Double.isFinite(lower)) {
      double left = chart.getScreenXFromChart(lower);
      double right = chart.getScreenXFromChart(2 * margin - lower);
      g.setStroke(new BasicStroke(2f));
      g.draw(new Line2D.Double(left, row.y(), right, row.y()));
      g.draw(new Line2D.Double(left, row.y() - 5, left, row.y() + 5));
      g.draw(new Line2D.Double(right, row.y() - 5, right, row.y() + 5));
    }
    g.fill(new Ellipse2D.Double(x - 3.5, row.y() - 3.5, 7, 7));
  }

  private static String text(ArmRow row) {
    if (row.result().isEmpty()) {
      return "no result";
    }
    ArmTrained trained = row.result().get();
    double margin = trained.sampled().marginNats();
    double lower = trained.sampled().lowerBounds().asymptotic();
    return "%s  [%s, %s]  %s"
        .formatted(
            Numbers.signed(margin, 3),
            Numbers.signed(lower, 3),
            Numbers.signed(2 * margin - lower, 3),
            Words.verdict(trained.verdict(), trained.negativeKind()));
  }

  private String numbers() {
    StringBuilder text =
        new StringBuilder("Boundary at 0 nats, safety margin " + safetyMarginNats + " nats.\n");
    for (Row row : rows) {
      text.append(row.row().arm().label())
          .append(", ")
          .append(Words.cell(row.row().seed(), row.row().teacherSeed()))
          .append(": ")
          .append(text(row.row()))
          .append('\n');
    }
    return text.toString();
  }
}
