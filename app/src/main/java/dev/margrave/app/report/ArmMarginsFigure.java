package dev.margrave.app.report;

import dev.margrave.app.text.Words;
import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** The margins of each arm in a panel of its own, all seeds, all panels to one scale. */
final class ArmMarginsFigure {
  private ArmMarginsFigure() {}

  /**
   * The figure.
   *
   * @param curves at least one
   * @param safetyMarginNats τ
   */
  static Figure of(ExperimentResults results, List<MarginCurve> curves, double safetyMarginNats) {
    double lowest = extreme(curves, safetyMarginNats, false);
    double highest = extreme(curves, safetyMarginNats, true);
    List<Panels.Panel> panels = new ArrayList<>();
    for (Arm arm : Arm.values()) {
      List<MarginCurve> own = curves.stream().filter(curve -> curve.arm() == arm).toList();
      if (!own.isEmpty()) {
        panels.add(panel(arm, own, safetyMarginNats, lowest, highest, panels.isEmpty()));
      }
    }
    String title = "Margin at sampled z by arm, held out";
    Sheet sheet = Panels.sheet(title, results.experiment().text(), panels);
    sheet.add(12, 42, g -> MarginDrawing.key(g, curves));
    return new Figure(
        "margins-by-arm",
        title,
        "Every seed of an arm, over the epochs of its own stage; an arm that starts from another's"
            + " checkpoint begins with that one's last margin.",
        "Boundary at 0 nats, safety margin "
            + safetyMarginNats
            + " nats. (epoch, margin in nats) by arm-seed-teacher:\n"
            + MarginDrawing.numbers(curves),
        sheet);
  }

  private static double extreme(List<MarginCurve> curves, double tau, boolean highest) {
    Stream<Double> margins =
        Stream.concat(
            Stream.of(0.0, tau),
            curves.stream()
                .flatMap(curve -> curve.allPoints().stream().map(MarginCurve.Point::marginNats)));
    return highest
        ? margins.max(Double::compare).orElseThrow()
        : margins.min(Double::compare).orElseThrow();
  }

  private static Panels.Panel panel(
      Arm arm, List<MarginCurve> curves, double tau, double lowest, double highest, boolean named) {
    double end = curves.stream().mapToDouble(curve -> curve.lastPoint().epoch()).max().orElse(1);
    XYChart chart = Panels.chart("epochs of the stage", "margin (nats)");
    chart.getStyler().setXAxisMin(0.0).setYAxisMin(lowest).setYAxisMax(highest);
    MarginDrawing.boundary(chart, end, tau);
    curves.forEach(curve -> MarginDrawing.curve(chart, curve, 0));
    long ended = curves.stream().filter(curve -> curve.row().result().isPresent()).count();
    long certified =
        curves.stream()
            .flatMap(curve -> curve.row().result().stream())
            .filter(result -> result.verdict() == Verdict.CERTIFIED)
            .count();
    return new Panels.Panel(
        arm,
        certified + " of " + Words.plural(ended, "run") + " certified",
        chart,
        g -> {
          MarginDrawing.bandEdge(g, chart, end, tau);
          if (named) {
            MarginDrawing.names(g, chart, end, tau);
          }
          curves.forEach(curve -> MarginDrawing.marks(g, chart, curve, 0));
        });
  }
}
