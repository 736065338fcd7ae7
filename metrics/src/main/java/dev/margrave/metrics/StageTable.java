package dev.margrave.metrics;

import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.metrics.Metric;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Series of stages: a row per stage, a column per metric. A row's labels are made once, and rows
 * are kept in the order in which Prometheus wants them, so that a scrape of many is cheap. A stage
 * that has ended keeps its row for the retention, then it is removed at the next scrape or the next
 * new stage. May be called by many threads; a stage's own calls come one after the other.
 */
public final class StageTable {
  private static final Logger LOG = LoggerFactory.getLogger(StageTable.class);

  /** Not known, or not for this stage: there is no such series. */
  private static final double ABSENT = Double.NaN;

  private static final long BETWEEN_SWEEPS_MS = 1000;

  /** The values of one stage, to be changed. */
  public final class Values {
    private final double[] cells;

    private Values(double[] cells) {
      this.cells = cells;
    }

    /** Sets one; infinities are values, what is not a number is none. */
    public Values set(Metric metric, double value) {
      cells[column(metric)] = value;
      return this;
    }

    /** Adds to one, which begins with 0. */
    public Values add(Metric metric, double amount) {
      int column = column(metric);
      cells[column] = (Double.isNaN(cells[column]) ? 0 : cells[column]) + amount;
      return this;
    }
  }

  private static final class Row {
    private final StageId stage;
    private final Labels labels;
    private final int series;
    // Replaced as a whole.
    private volatile double[] cells;
    private volatile boolean over;
    private volatile long overSinceMs;

    private Row(StageId stage, Labels labels, int series, double[] cells) {
      this.stage = stage;
      this.labels = labels;
      this.series = series;
      this.cells = cells;
    }
  }

  private final List<Metric> columns;
  private final int searchColumns;
  private final Optional<String> worker;
  private final SeriesBudget budget;
  private final Counter dropped;
  private final Optional<ExperimentCounters> companions;
  private final Duration retention;
  private final Clock clock;

  private final Map<StageId, Row> rows = new HashMap<>();
  private final NavigableMap<Labels, Row> sorted = new TreeMap<>();
  private final Map<ExperimentId, Integer> experiments = new HashMap<>();
  // Live ones without a row: counted once, and let in when there is room again.
  private final Set<StageId> refused = new HashSet<>();
  private boolean full;
  private long sweptMs = Long.MIN_VALUE;

  /**
   * @param columns metrics with the labels of a stage
   * @param searchColumns how many of them a teacher search has
   * @param worker that every row names; empty: none
   * @param companions come and go with the rows of their experiment
   */
  StageTable(
      List<Metric> columns,
      int searchColumns,
      Optional<String> worker,
      SeriesBudget budget,
      Counter dropped,
      Optional<ExperimentCounters> companions,
      Duration retention,
      Clock clock) {
    this.columns = List.copyOf(columns);
    this.searchColumns = searchColumns;
    this.worker = worker;
    this.budget = budget;
    this.dropped = dropped;
    this.companions = companions;
    this.retention = retention;
    this.clock = clock;
  }

  MultiCollector collector() {
    return this::collect;
  }

  private int column(Metric metric) {
    int column = columns.indexOf(metric);
    if (column < 0) {
      throw new IllegalArgumentException(metric + " is no column of " + columns);
    }
    return column;
  }

  /** The stage is at work: it gets a row if there is room, and its values are changed. */
  public void update(StageId stage, String dataset, Consumer<Values> change) {
    Row row = row(stage, dataset);
    if (row != null) {
      row.over = false;
      change(row, change);
    }
  }

  /** The stage is over: its last values stay for the retention. One without a row gets none. */
  public void end(StageId stage, Consumer<Values> change) {
    Row row;
    synchronized (this) {
      refused.remove(stage);
      row = rows.get(stage);
    }
    if (row != null) {
      change(row, change);
      if (!row.over) {
        row.overSinceMs = clock.millis();
        row.over = true;
      }
    }
  }

  /**
   * Whoever keeps the stage has left this process: its row goes, unless it is over and is retained.
   */
  public synchronized void leave(StageId stage) {
    refused.remove(stage);
    Row row = rows.get(stage);
    if (row != null && !row.over) {
      remove(row);
    }
  }

  private void change(Row row, Consumer<Values> change) {
    double[] cells = row.cells.clone();
    change.accept(new Values(cells));
    row.cells = cells;
  }

  private synchronized Row row(StageId stage, String dataset) {
    Row known = rows.get(stage);
    return known == null ? create(stage, dataset) : known;
  }

  private Row create(StageId stage, String dataset) {
    boolean search = stage.key() instanceof StageKey.TeacherSearch;
    int series = search ? searchColumns : columns.size();
    if (!take(series, stage.experiment())
        && !(sweepNowAndThen() && take(series, stage.experiment()))) {
      refuse(stage);
      return null;
    }
    refused.remove(stage);
    double[] cells = new double[columns.size()];
    Arrays.fill(cells, ABSENT);
    Row row = new Row(stage, StageLabels.of(stage, dataset, worker), series, cells);
    rows.put(stage, row);
    sorted.put(row.labels, row);
    if (experiments.merge(stage.experiment(), 1, Integer::sum) == 1) {
      companions.ifPresent(counters -> counters.open(stage.experiment()));
    }
    return row;
  }

  private boolean take(int series, ExperimentId experiment) {
    int companion = experiments.containsKey(experiment) ? 0 : companionSeries();
    return budget.take(series + companion);
  }

  private int companionSeries() {
    return companions.map(ExperimentCounters::series).orElse(0);
  }

  private void refuse(StageId stage) {
    if (refused.add(stage)) {
      dropped.inc();
    }
    if (!full) {
      full = true;
      LOG.warn(
          "{} and further stages get no metrics: margrave.metrics.maximum-series = {} is reached;"
              + " raise it, or shorten margrave.metrics.retention",
          stage,
          budget.maximum());
    }
  }

  private void remove(Row row) {
    rows.remove(row.stage);
    sorted.remove(row.labels);
    budget.giveBack(row.series);
    full = false;
    ExperimentId experiment = row.stage.experiment();
    if (experiments.computeIfPresent(experiment, (id, count) -> count == 1 ? null : count - 1)
        == null) {
      budget.giveBack(companionSeries());
      companions.ifPresent(counters -> counters.close(experiment));
    }
  }

  /** Whether it was done: those who are refused ask again with each of their reports. */
  private boolean sweepNowAndThen() {
    if (sweptMs != Long.MIN_VALUE && clock.millis() - sweptMs < BETWEEN_SWEEPS_MS) {
      return false;
    }
    sweep();
    return true;
  }

  /** Removes what was retained for long enough. */
  synchronized void sweep() {
    long now = clock.millis();
    sweptMs = now;
    rows.values().stream()
        .filter(row -> row.over && now - row.overSinceMs >= retention.toMillis())
        .toList()
        .forEach(this::remove);
  }

  private synchronized List<Row> present() {
    return new ArrayList<>(sorted.values());
  }

  private MetricSnapshots collect() {
    List<Row> present = present();
    // Read once, so that all columns of a row are of one moment.
    double[][] cells = present.stream().map(row -> row.cells).toArray(double[][]::new);
    List<MetricSnapshot> snapshots = new ArrayList<>(columns.size());
    for (int column = 0; column < columns.size(); column++) {
      Metric metric = columns.get(column);
      snapshots.add(
          metric.kind() == Metric.Kind.COUNTER
              ? counters(metric, column, present, cells)
              : gauges(metric, column, present, cells));
    }
    return new MetricSnapshots(snapshots);
  }

  private static GaugeSnapshot gauges(Metric metric, int column, List<Row> rows, double[][] cells) {
    List<GaugeDataPointSnapshot> points = new ArrayList<>(cells.length);
    for (int i = 0; i < cells.length; i++) {
      if (!Double.isNaN(cells[i][column])) {
        points.add(new GaugeDataPointSnapshot(cells[i][column], rows.get(i).labels, null));
      }
    }
    return new GaugeSnapshot(Families.metadata(metric), points);
  }

  private static CounterSnapshot counters(
      Metric metric, int column, List<Row> rows, double[][] cells) {
    List<CounterDataPointSnapshot> points = new ArrayList<>(cells.length);
    for (int i = 0; i < cells.length; i++) {
      if (!Double.isNaN(cells[i][column])) {
        points.add(new CounterDataPointSnapshot(cells[i][column], rows.get(i).labels, null, 0));
      }
    }
    return new CounterSnapshot(Families.metadata(metric), points);
  }
}
