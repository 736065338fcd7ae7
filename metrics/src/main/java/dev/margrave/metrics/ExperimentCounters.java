package dev.margrave.metrics;

import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.Metric;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counters per experiment, each with a closed set of values of its second label. They are there,
 * from 0, as long as any stage of the experiment has series here: a count that appeared with its
 * first event would hide that event from {@code increase}.
 */
public final class ExperimentCounters {
  private final Map<Metric, List<String>> values;
  private final Map<Metric, Counter> counters = new EnumMap<>(Metric.class);
  private final Set<String> open = new HashSet<>();

  /**
   * @param values of the second label; empty where a metric has the experiment's only
   */
  ExperimentCounters(PrometheusRegistry registry, Map<Metric, List<String>> values) {
    this.values = Map.copyOf(values);
    values.keySet().forEach(metric -> counters.put(metric, Families.counter(registry, metric)));
  }

  /** Per experiment. */
  int series() {
    return values.values().stream().mapToInt(some -> Math.max(1, some.size())).sum();
  }

  synchronized void open(ExperimentId experiment) {
    if (open.add(experiment.text())) {
      values.forEach(
          (metric, some) -> {
            for (String value : some) {
              counters.get(metric).initLabelValues(experiment.text(), value);
            }
            if (some.isEmpty()) {
              counters.get(metric).initLabelValues(experiment.text());
            }
          });
    }
  }

  synchronized void close(ExperimentId experiment) {
    if (open.remove(experiment.text())) {
      counters
          .values()
          .forEach(counter -> counter.removeIf(some -> some.get(0).equals(experiment.text())));
    }
  }

  /** One more, for a stage; nothing when its experiment has no series here. */
  public synchronized void increment(Metric metric, StageId stage, String value) {
    add(metric, stage, stage.experiment().text(), value);
  }

  /** One more, of a metric without a second label. */
  public synchronized void increment(Metric metric, StageId stage) {
    add(metric, stage, stage.experiment().text());
  }

  private void add(Metric metric, StageId stage, String... labels) {
    if (open.contains(labels[0])) {
      Labels exemplar = StageLabels.exemplar(stage);
      counters.get(metric).labelValues(labels).incWithExemplar(1.0, exemplar);
    }
  }
}
