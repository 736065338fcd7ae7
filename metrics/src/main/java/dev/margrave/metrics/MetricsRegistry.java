package dev.margrave.metrics;

import dev.margrave.protocol.metrics.Metric;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** All metrics of a process, and the text that Prometheus reads. */
public final class MetricsRegistry implements AutoCloseable {
  /** The format that every Prometheus reads. */
  public static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  /** The format with exemplars. */
  public static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";
  private static final int FIRST_BYTES = 64 * 1024;

  /** What a scrape found. */
  public static final class Scrape {
    private final String contentType;
    private final byte[] body;

    private Scrape(String contentType, byte[] body) {
      this.contentType = contentType;
      this.body = body;
    }

    /** Of the body. */
    public String contentType() {
      return contentType;
    }

    /** Not copied: it may be long. */
    public byte[] body() {
      return body;
    }
  }

  /** Exemplars of counters and buckets only: with others Prometheus refuses the whole text. */
  private static final class Settings implements PrometheusConfig {
    @Override
    public String get(String key) {
      return null;
    }

    @Override
    public Properties prometheusProperties() {
      Properties properties = new Properties();
      properties.setProperty("io.prometheus.exporter.exemplarsOnAllMetricTypes", "false");
      return properties;
    }
  }

  private final MetricsSettings settings;
  private final Clock clock;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(
          new Settings(), registry, io.micrometer.core.instrument.Clock.SYSTEM);
  private final SeriesBudget budget;
  private final Counter dropped;
  private final List<StageTable> tables = new CopyOnWriteArrayList<>();
  private Optional<JvmGcMetrics> collections = Optional.empty();

  /** One that offers nothing yet but its own size. */
  public MetricsRegistry(MetricsSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.budget = new SeriesBudget(settings.maximumSeries());
    this.dropped = Families.counter(registry, Metric.METRICS_DROPPED);
    GaugeWithCallback.builder()
        .name(Metric.METRICS_SERIES.familyName())
        .help(Metric.METRICS_SERIES.help())
        .callback(callback -> callback.call(budget.used()))
        .register(registry);
  }

  /**
   * Adds the JVM's and the process's own metrics, and what runs here. Once.
   *
   * @param version of Margrave
   */
  public synchronized void describeProcess(String version) {
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ClassLoaderMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    new FileDescriptorMetrics().bindTo(meters);
    JvmGcMetrics pauses = new JvmGcMetrics();
    pauses.bindTo(meters);
    collections = Optional.of(pauses);
    Info.builder()
        .name(Metric.BUILD_INFO.familyName())
        .help(Metric.BUILD_INFO.help())
        .labelNames(Metric.BUILD_INFO.labels().get(0).text())
        .register(registry)
        .addLabelValues(version);
  }

  /**
   * Series of stages.
   *
   * @param columns what there is of each
   * @param searchColumns how many of them a teacher search has
   * @param worker that they name; empty: none
   * @param companions come and go with an experiment's stages
   */
  public StageTable stages(
      List<Metric> columns,
      int searchColumns,
      Optional<String> worker,
      Optional<ExperimentCounters> companions) {
    StageTable table =
        new StageTable(
            columns,
            searchColumns,
            worker,
            budget,
            dropped,
            companions,
            settings.retention(),
            clock);
    tables.add(table);
    registry.register(table.collector());
    return table;
  }

  /**
   * Counters per experiment.
   *
   * @param values of the second label of each; empty where it has none
   */
  public ExperimentCounters experiments(Map<Metric, List<String>> values) {
    ExperimentCounters counters = new ExperimentCounters(values, clock);
    registry.register((MultiCollector) counters::collect);
    return counters;
  }

  /** A histogram with these values of its labels. */
  public Timing timing(Metric metric, String... labels) {
    Timing timing = new Timing(metric, Families.labels(metric, labels), clock);
    register(metric, List.of(timing));
    return timing;
  }

  /** Histograms of one metric, by the value of its one label. */
  public Map<String, Timing> timings(Metric metric, List<String> values) {
    Map<String, Timing> timings =
        values.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    value -> value,
                    value -> new Timing(metric, Families.labels(metric, value), clock)));
    register(metric, List.copyOf(timings.values()));
    return timings;
  }

  private void register(Metric metric, List<Timing> timings) {
    Families.check(metric, Metric.Kind.HISTOGRAM);
    registry.register(
        (Collector)
            () ->
                new HistogramSnapshot(
                    Families.metadata(metric), timings.stream().map(Timing::snapshot).toList()));
  }

  /** A gauge of this process. */
  public Level level(Metric metric) {
    return new Level(Families.gauge(registry, metric));
  }

  /**
   * Everything as text.
   *
   * @param accept what the asker reads, as the HTTP header of that name; OpenMetrics if that is in
   *     it
   */
  public Scrape scrape(String accept) {
    String type = accept.contains(OPEN_METRICS_TYPE) ? OPEN_METRICS : TEXT;
    // Before anything is read, so that the number of series is that of this scrape.
    tables.forEach(StageTable::sweep);
    ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_BYTES);
    try {
      meters.scrape(out, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Scrape(type, out.toByteArray());
  }

  @Override
  public synchronized void close() {
    collections.ifPresent(JvmGcMetrics::close);
    meters.close();
  }
}
