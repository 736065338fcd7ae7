package dev.margrave.app.simulation;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How many faults of each kind have happened. */
final class FaultCounts {
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);

  void count(Fault fault) {
    counts.merge(fault, 1L, Long::sum);
  }

  void add(FaultCounts others) {
    others.counts.forEach((fault, count) -> counts.merge(fault, count, Long::sum));
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The mean per run. */
  String perRun(int runs) {
    return counts.entrySet().stream()
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "%s %.2f",
                    entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    entry.getValue() / (double) runs))
        .collect(Collectors.joining(", "));
  }
}
