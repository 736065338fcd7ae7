package dev.margrave.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The same work done by several contenders, one after the other, round after round, so that what
 * the machine does beside falls on all of them alike.
 *
 * <p>Says each round as it ends, and at the end for each contender the median, the least and the
 * most, and the median over the rounds of its ratio to the first contender of the same round.
 */
final class Comparison {
  /** Does the work once. */
  @FunctionalInterface
  interface Work {
    /** What was measured, in the comparison's unit. */
    double measure() throws Exception;
  }

  private record Contender(String name, Work work, List<Double> measured) {}

  private final String what;
  private final String unit;
  private final List<Contender> contenders = new ArrayList<>();

  /**
   * Starts without contenders.
   *
   * @param unit of what is measured, as {@code images/s}
   */
  Comparison(String what, String unit) {
    this.what = what;
    this.unit = unit;
  }

  /** Adds a contender; the first is what the others are compared with. */
  Comparison add(String name, Work work) {
    contenders.add(new Contender(name, work, new ArrayList<>()));
    return this;
  }

  /** Measures, and says what was measured. */
  Comparison run(int rounds) throws Exception {
    Bench.say("%s, in %s", what, unit);
    for (int round = 1; round <= rounds; round++) {
      StringBuilder line = new StringBuilder("  round " + round + ":");
      for (Contender contender : contenders) {
        double value = contender.work().measure();
        contender.measured().add(value);
        line.append("  ").append(contender.name()).append(' ').append(text(value));
      }
      Bench.say("%s", line);
    }
    for (Contender contender : contenders) {
      double[] sorted = sorted(contender.measured());
      Bench.say(
          "  %-28s median %10s   least %10s   most %10s   ratio to %s %.3f",
          contender.name(),
          text(median(sorted)),
          text(sorted[0]),
          text(sorted[sorted.length - 1]),
          contenders.get(0).name(),
          ratio(contender.name()));
    }
    return this;
  }

  /** The median of what a contender measured. */
  double median(String name) {
    return median(sorted(contender(name).measured()));
  }

  /** The median over the rounds of a contender's value divided by the first contender's. */
  double ratio(String name) {
    List<Double> first = contenders.get(0).measured();
    List<Double> other = contender(name).measured();
    return median(
        IntStream.range(0, first.size())
            .mapToDouble(round -> other.get(round) / first.get(round))
            .sorted()
            .toArray());
  }

  private Contender contender(String name) {
    return contenders.stream()
        .filter(contender -> contender.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no contender " + name));
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** Of sorted numbers. */
  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Four digits that mean something, whatever the size. */
  private static String text(double value) {
    return Math.abs(value) >= 1000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.4g", value);
  }
}
