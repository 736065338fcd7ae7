package dev.margrave.app.report;

import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.SmallFile;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What margins cost under a simplex witness: for each teacher the line of its scaled zero-loss
 * codes, and each trained arm as a dot at its energy and margin.
 */
final class EnergyFigure {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 500;
  private static final int HEAD = 46;

  /** Right of the plot, for the names of boundary and band, and of arms. */
  private static final int NAMES_WIDTH = 40;

  private static final double RING_PIXELS = 5;

  /** One arm that left its path. */
  private record Dot(ArmRow row, EnergyCurve curve) {
    String name() {
      return row.arm().label() + ", " + Words.cell(row.seed(), row.teacherSeed());
    }
  }

  private final List<Dot> dots;
  private final Map<Long, EnergyCurve> teachers = new LinkedHashMap<>();
  private final double safetyMarginNats;
  private final double end;
  private final XYChart chart =
      Look.chart(
          WIDTH - NAMES_WIDTH,
          HEIGHT - HEAD,
          "energy ½‖z‖² in the protected dimensions, mean (nats)",
          "margin I − L at z (nats)");

  private EnergyFigure(List<Dot> dots, double safetyMarginNats) {
    this.dots = dots;
    this.safetyMarginNats = safetyMarginNats;
    this.end = dots.stream().mapToDouble(dot -> dot.curve().mostEnergyNats()).max().orElse(1);
    dots.forEach(dot -> teachers.putIfAbsent(dot.row().teacherSeed(), dot.curve()));
    chart.getStyler().setXAxisMin(0.0);
    MarginDrawing.boundary(chart, end, safetyMarginNats);
    teachers.forEach(this::line);
    for (Arm arm : Arm.values()) {
      dots(arm);
    }
  }

  /**
   * The figure; empty when no arm left a path, as with other witnesses.
   *
   * @throws IOException when a file is no such path
   */
  static Optional<Figure> of(ExperimentResults results, double safetyMarginNats, StageFiles files)
      throws IOException {
    List<Dot> dots = new ArrayList<>();
    for (ArmRow row : results.arms()) {
      StageKey stage = new StageKey.ArmRun(row.arm(), row.seed(), row.teacherSeed());
      Optional<byte[]> json =
          row.result().isPresent() ? files.read(stage, SmallFile.PATH) : Optional.empty();
      if (json.isPresent()) {
        dots.add(new Dot(row, EnergyCurve.read(json.get(), stage.text())));
      }
    }
    return dots.isEmpty()
        ? Optional.empty()
        : Optional.of(new EnergyFigure(dots, safetyMarginNats).figure(results));
  }

  private void line(long teacherSeed, EnergyCurve curve) {
    List<EnergyCurve.Point> points = curve.points();
    XYSeries series =
        chart.addSeries(
            "teacher " + teacherSeed,
            points.stream().mapToDouble(EnergyCurve.Point::energyNats).toArray(),
            points.stream().mapToDouble(EnergyCurve.Point::marginNats).toArray());
    series.setLineColor(Look.MUTED);
    series.setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setMarker(SeriesMarkers.NONE);
  }

  private void dots(Arm arm) {
    List<EnergyCurve.Trained> own = trained(arm);
    if (!own.isEmpty()) {
      XYSeries series =
          chart.addSeries(
              arm.label(),
              own.stream().mapToDouble(EnergyCurve.Trained::energyNats).toArray(),
              own.stream().mapToDouble(EnergyCurve.Trained::marginNats).toArray());
      series.setLineStyle(SeriesLines.NONE);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setMarkerColor(Look.of(arm));
    }
  }

  private List<EnergyCurve.Trained> trained(Arm arm) {
    return dots.stream()
        .filter(dot -> dot.row().arm() == arm)
        .map(dot -> dot.curve().trained())
        .filter(EnergyCurve.Trained::isFinite)
        .toList();
  }

  private Figure figure(ExperimentResults results) {
    chart.getStyler().setMarkerSize(9);
    String title = "Margin by energy, simplex witness, held out";
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
    sheet.add(0, HEAD, chart, this::over);
    return new Figure(
        "margin-energy",
        title,
        "Grey: the codes a·z*(T) that scale the teacher's zero-loss codes; the ring is a = 1, the"
            + " teacher itself. A dot is a trained arm at z = μ(x): its margin, and what the means"
            + " of its code cost of the KL in the first K − 1 dimensions. Escape force at the dead"
            + " code, nats per unit of code: "
            + teachers.entrySet().stream()
                .map(entry -> force(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "))
            + ".",
        numbers(),
        sheet);
  }

  private static String force(long teacherSeed, EnergyCurve curve) {
    return Numbers.fixed(curve.escapeForce(), 3) + " of teacher " + teacherSeed;
  }

  private void over(Graphics2D g) {
    MarginDrawing.bandEdge(g, chart, end, safetyMarginNats);
    MarginDrawing.names(g, chart, end, safetyMarginNats);
    teachers.values().forEach(curve -> ring(g, curve));
    List<Rectangle2D> taken =
        new ArrayList<>(MarginDrawing.nameBoxes(chart, end, safetyMarginNats));
    named().forEach((arm, first) -> name(g, arm, first, taken));
  }

  /** The first dot of each arm, from the highest: a name that must give way goes down. */
  private Map<Arm, EnergyCurve.Trained> named() {
    Map<Arm, EnergyCurve.Trained> first = new EnumMap<>(Arm.class);
    for (Arm arm : Arm.values()) {
      trained(arm).stream().findFirst().ifPresent(dot -> first.put(arm, dot));
    }
    Map<Arm, EnergyCurve.Trained> highestFirst = new LinkedHashMap<>();
    first.entrySet().stream()
        .sorted(
            Comparator.comparingDouble(
                (Map.Entry<Arm, EnergyCurve.Trained> entry) -> -entry.getValue().marginNats()))
        .forEach(entry -> highestFirst.put(entry.getKey(), entry.getValue()));
    return highestFirst;
  }

  private void ring(Graphics2D g, EnergyCurve curve) {
    curve.points().stream()
        .filter(point -> point.scale() == 1)
        .findFirst()
        .ifPresent(
            point -> {
              double x = chart.getScreenXFromChart(point.energyNats());
              double y = chart.getScreenYFromChart(point.marginNats());
              var ring =
                  new Ellipse2D.Double(
                      x - RING_PIXELS, y - RING_PIXELS, 2 * RING_PIXELS, 2 * RING_PIXELS);
              g.setColor(Look.PAPER);
              g.fill(ring);
              g.setColor(Look.MUTED);
              g.setStroke(new BasicStroke(1.6f));
              g.draw(ring);
            });
  }

  /** Beside the arm's first dot, or lower where another name stands. */
  private void name(Graphics2D g, Arm arm, EnergyCurve.Trained first, List<Rectangle2D> taken) {
    double x = chart.getScreenXFromChart(first.energyNats());
    double y = chart.getScreenYFromChart(first.marginNats()) + 4;
    boolean right = x > 0.75 * chart.getWidth();
    Look.Align align = right ? Look.Align.RIGHT : Look.Align.LEFT;
    double at = right ? x - 9 : x + 9;
    Rectangle2D box = Look.box(arm.label(), at, y, Look.HEADING, align);
    for (int moves = 0; moves < Arm.values().length && isTaken(box, taken); moves++) {
      y += Look.HEADING.getSize() + 2;
      box = Look.box(arm.label(), at, y, Look.HEADING, align);
    }
    taken.add(box);
    Look.textOverLines(g, arm.label(), at, y, Look.HEADING, Look.of(arm).darker(), align);
  }

  private static boolean isTaken(Rectangle2D box, List<Rectangle2D> taken) {
    return taken.stream().anyMatch(box::intersects);
  }

  private String numbers() {
    StringBuilder text =
        new StringBuilder(
            "Boundary at 0 nats, safety margin %s nats. (energy, margin) in nats:\n"
                .formatted(safetyMarginNats));
    teachers.forEach(
        (seed, curve) -> {
          text.append("teacher ").append(seed).append(", a from 0:");
          curve.points().forEach(point -> append(text, point.energyNats(), point.marginNats()));
          text.append('\n');
        });
    for (Dot dot : dots) {
      text.append(dot.name()).append(':');
      append(text, dot.curve().trained().energyNats(), dot.curve().trained().marginNats());
      text.append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, double energyNats, double marginNats) {
    text.append(" (")
        .append(Numbers.fixed(energyNats, 2))
        .append(", ")
        .append(Numbers.signed(marginNats, 4))
        .append(')');
  }
}
