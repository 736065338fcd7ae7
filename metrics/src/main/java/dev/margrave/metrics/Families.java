package dev.margrave.metrics;

import dev.margrave.protocol.metrics.Metric;
import dev.margrave.protocol.metrics.MetricLabel;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.Unit;

/** Prometheus's families of Margrave's metrics: names, help and labels stand in {@link Metric}. */
final class Families {
  private Families() {}

  static Gauge gauge(PrometheusRegistry registry, Metric metric) {
    check(metric, Metric.Kind.GAUGE);
    return Gauge.builder()
        .name(metric.familyName())
        .help(metric.help())
        .labelNames(names(metric))
        .withoutExemplars()
        .register(registry);
  }

  static Counter counter(PrometheusRegistry registry, Metric metric) {
    check(metric, Metric.Kind.COUNTER);
    return Counter.builder()
        .name(metric.familyName())
        .help(metric.help())
        .labelNames(names(metric))
        .withoutExemplars()
        .register(registry);
  }

  /** With its unit where the name ends in it, as OpenMetrics wants. */
  static MetricMetadata metadata(Metric metric) {
    return metric.familyName().endsWith("_" + metric.unit())
        ? new MetricMetadata(metric.familyName(), metric.help(), new Unit(metric.unit()))
        : new MetricMetadata(metric.familyName(), metric.help());
  }

  /** In the order of the metric's labels. */
  static Labels labels(Metric metric, String... values) {
    return Labels.of(names(metric), values);
  }

  private static String[] names(Metric metric) {
    return metric.labels().stream().map(MetricLabel::text).toArray(String[]::new);
  }

  static void check(Metric metric, Metric.Kind wanted) {
    if (metric.kind() != wanted) {
      throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", no " + wanted);
    }
  }
}
