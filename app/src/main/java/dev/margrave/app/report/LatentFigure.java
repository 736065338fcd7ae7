package dev.margrave.app.report;

import dev.margrave.app.text.Numbers;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.VaeStatistics;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;

/**
 * KL(q(z|x) ‖ N(0, I)) by dimension of the code, sorted, one panel for each arm.
 *
 * <p>A unit is active when Var μ &gt; 0.01. The KL of a dimension is at least ½ E μ² ≥ ½ Var μ, so
 * every active one lies above the line at 0.005 nats.
 */
final class LatentFigure {
  /** ½ of the variance above which a unit counts as active. */
  static final double THRESHOLD_NATS = 0.005;

  /** Bars of less are not seen. */
  private static final double LEAST_NATS = 1e-4;

  private LatentFigure() {}

  /** The figure; at least one arm has its KL by dimension. */
  static Figure of(ExperimentResults results) {
    List<Panels.Panel> panels = new ArrayList<>();
    StringBuilder numbers = new StringBuilder();
    double largest =
        results.arms().stream()
            .flatMap(row -> row.result().stream())
            .flatMap(trained -> trained.statistics().klPerDimensionNats().stream())
            .filter(Double::isFinite)
            .reduce(1.0, Math::max);
    double most = Math.pow(10, Math.ceil(Math.log10(largest)));
    for (Arm arm : Arm.values()) {
      List<VaeStatistics> own = statistics(results, arm);
      if (!own.isEmpty()) {
        double[] sorted = sorted(own);
        panels.add(panel(arm, own, sorted, most, panels.isEmpty()));
        numbers
            .append(arm.label())
            .append(", ")
            .append(note(own))
            .append(": ")
            .append(
                IntStream.range(0, sorted.length)
                    .mapToObj(i -> Numbers.fixed(sorted[i], 4))
                    .collect(Collectors.joining(" ")))
            .append('\n');
      }
    }
    String title = "KL by dimension of the code, held out";
    return new Figure(
        "kl",
        title,
        "Dimensions sorted by their KL(q(z|x) ‖ N(0, I)); with several seeds the mean of each rank."
            + " A unit is active when the variance of μ(x) exceeds 0.01, and then its KL exceeds"
            + " 0.005 nats, where the line is.",
        "Nats by rank:\n" + numbers,
        Panels.sheet(title, results.experiment().text(), panels));
  }

  /** Of the arm's results that have the KL of every dimension. */
  static List<VaeStatistics> statistics(ExperimentResults results, Arm arm) {
    List<VaeStatistics> all =
        results.arms().stream()
            .filter(row -> row.arm() == arm)
            .flatMap(row -> row.result().stream())
            .map(trained -> trained.statistics())
            .filter(statistics -> !statistics.klPerDimensionNats().isEmpty())
            .toList();
    int latent = all.isEmpty() ? 0 : all.get(0).klPerDimensionNats().size();
    return all.stream()
        .filter(statistics -> statistics.klPerDimensionNats().size() == latent)
        .toList();
  }

  /** The largest first; the mean of each rank over the seeds. */
  private static double[] sorted(List<VaeStatistics> seeds) {
    double[] mean = new double[seeds.get(0).klPerDimensionNats().size()];
    for (VaeStatistics statistics : seeds) {
      List<Double> kl =
          statistics.klPerDimensionNats().stream().sorted(Comparator.reverseOrder()).toList();
      for (int rank = 0; rank < mean.length; rank++) {
        mean[rank] += kl.get(rank) / seeds.size();
      }
    }
    return mean;
  }

  private static String note(List<VaeStatistics> seeds) {
    IntSummaryStatistics active =
        seeds.stream().mapToInt(VaeStatistics::activeUnits).summaryStatistics();
    String range =
        active.getMin() == active.getMax()
            ? Integer.toString(active.getMin())
            : active.getMin() + "–" + active.getMax();
    double mean = seeds.stream().mapToDouble(VaeStatistics::klNats).average().orElseThrow();
    return "%s/%d active, %s nats"
        .formatted(range, seeds.get(0).klPerDimensionNats().size(), Numbers.fixed(mean, 2));
  }

  private static Panels.Panel panel(
      Arm arm, List<VaeStatistics> seeds, double[] sorted, double most, boolean named) {
    XYChart chart = Panels.chart("dimension, by rank", "KL (nats)");
    chart
        .getStyler()
        .setYAxisLogarithmic(true)
        .setYAxisMin(LEAST_NATS)
        .setYAxisMax(most)
        .setPlotGridLinesVisible(false)
        .setYAxisDecimalPattern("#0.####");
    Look.xAxis(chart, 0, sorted.length, most);
    return new Panels.Panel(arm, note(seeds), chart, g -> over(g, arm, sorted, chart, named));
  }

  private static void over(Graphics2D g, Arm arm, double[] sorted, XYChart chart, boolean named) {
    double bottom = chart.getScreenYFromChart(LEAST_NATS);
    g.setColor(Look.tint(arm));
    for (int rank = 0; rank < sorted.length; rank++) {
      if (sorted[rank] > LEAST_NATS) {
        double left = chart.getScreenXFromChart(rank);
        double right = chart.getScreenXFromChart(rank + 1.0);
        double gap = right - left > 4 ? 1 : 0;
        double top = chart.getScreenYFromChart(sorted[rank]);
        g.fill(new Rectangle2D.Double(left, top, right - left - gap, bottom - top));
      }
    }
    double line = chart.getScreenYFromChart(THRESHOLD_NATS);
    double end = chart.getScreenXFromChart(sorted.length);
    g.setColor(Look.INK);
    g.setStroke(
        new BasicStroke(
            1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 4f, new float[] {5, 3}, 0));
    g.draw(new Line2D.Double(chart.getScreenXFromChart(0), line, end, line));
    if (named) {
      Look.textOverLines(
          g, "active ones are above 0.005", end, line - 5, Look.SMALL, Look.INK, Look.Align.RIGHT);
    }
  }
}
