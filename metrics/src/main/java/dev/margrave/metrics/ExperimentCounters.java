package dev.margrave.metrics;

import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.Metric;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Counters per experiment, each with a closed set of values of its second label. They are there,
 * from 0, as long as any stage of the experiment has series here: a count that appeared with its
 * first event would hide that event from {@code increase}.
 */
public final class ExperimentCounters {
  private static final class Cell {
    private double count;
    private Exemplar latest;
  }

  private final Map<Metric, List<String>> values;
  private final Clock clock;
  private final Map<Metric, NavigableMap<Labels, Cell>> cells = new EnumMap<>(Metric.class);

  /**
   * @param values of the second label; empty where a metric has the experiment's only
   */
  ExperimentCounters(Map<Metric, List<String>> values, Clock clock) {
    this.values = new EnumMap<>(values);
    this.clock = clock;
    for (Metric metric : values.keySet()) {
      Families.check(metric, Metric.Kind.COUNTER);
      cells.put(metric, new TreeMap<>());
    }
  }

  /** Per experiment. */
  int series() {
    return values.values().stream().mapToInt(some -> Math.max(1, some.size())).sum();
  }

  synchronized void open(ExperimentId experiment) {
    values.forEach(
        (metric, some) ->
            all(metric, some, experiment)
                .forEach(labels -> cells.get(metric).put(labels, new Cell())));
  }

  synchronized void close(ExperimentId experiment) {
    values.forEach(
        (metric, some) -> all(metric, some, experiment).forEach(cells.get(metric)::remove));
  }

  private static List<Labels> all(Metric metric, List<String> values, ExperimentId experiment) {
    return values.isEmpty()
        ? List.of(Families.labels(metric, experiment.text()))
        : values.stream().map(value -> Families.labels(metric, experiment.text(), value)).toList();
  }

  /** One more, for a stage; nothing when its experiment has no series here. */
  public void increment(Metric metric, StageId stage, String value) {
    add(metric, stage, Families.labels(metric, stage.experiment().text(), value));
  }

  /** One more, of a metric without a second label. */
  public void increment(Metric metric, StageId stage) {
    add(metric, stage, Families.labels(metric, stage.experiment().text()));
  }

  private synchronized void add(Metric metric, StageId stage, Labels labels) {
    Cell cell = cells.get(metric).get(labels);
    if (cell != null) {
      cell.count++;
      cell.latest = StageLabels.exemplar(stage, 1, clock);
    }
  }

  synchronized MetricSnapshots collect() {
    List<MetricSnapshot> snapshots = new ArrayList<>();
    cells.forEach(
        (metric, some) -> {
          List<CounterDataPointSnapshot> points = new ArrayList<>();
          some.forEach(
              (labels, cell) ->
                  points.add(new CounterDataPointSnapshot(cell.count, labels, cell.latest, 0)));
          snapshots.add(new CounterSnapshot(Families.metadata(metric), points));
        });
    return new MetricSnapshots(snapshots);
  }
}
