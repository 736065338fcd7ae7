package dev.margrave.bench;

import java.util.List;

/** How a cost grows with a size: a table, and the exponent of the power of the size that fits. */
final class Growth {
  /** One measurement. */
  record Point(double size, double cost) {}

  private Growth() {}

  /** Says the table, with the exponent from each size to the next. */
  static void say(String size, String unit, List<Point> points) {
    Bench.say("%18s %12s %16s %10s", size, unit, unit + " per one", "exponent");
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      Bench.say(
          "%18.0f %12.4g %16.4g %10s",
          point.size(),
          point.cost(),
          point.cost() / point.size(),
          i == 0 ? "" : "%.2f".formatted(exponent(points.subList(i - 1, i + 1))));
    }
    Bench.say("exponent over all: %.2f", exponent(points));
  }

  /** The slope of the line through the logarithms of sizes and costs, by least squares. */
  static double exponent(List<Point> points) {
    double meanX = points.stream().mapToDouble(each -> Math.log(each.size())).average().orElse(0);
    double meanY = points.stream().mapToDouble(each -> Math.log(each.cost())).average().orElse(0);
    double both = 0;
    double square = 0;
    for (Point point : points) {
      double x = Math.log(point.size()) - meanX;
      both += x * (Math.log(point.cost()) - meanY);
      square += x * x;
    }
    return both / square;
  }
}
