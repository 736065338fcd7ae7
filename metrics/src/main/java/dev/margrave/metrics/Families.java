package dev.margrave.metrics;

import dev.margrave.protocol.metrics.Metric;
import dev.margrave.protocol.metrics.MetricLabel;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
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
        .labelNames(labels(metric))
        .register(registry);
  }

  static Counter counter(PrometheusRegistry registry, Metric metric) {
    check(metric, Metric.Kind.COUNTER);
    return Counter.builder()
        .name(metric.familyName())
        .help(metric.help())
        .labelNames(labels(metric))
        .withExemplars()
        .register(registry);
  }

  static Histogram histogram(PrometheusRegistry registry, Metric metric) {
    check(metric, Metric.Kind.HISTOGRAM);
    return Histogram.builder()
        .name(metric.familyName())
        .help(metric.help())
        .labelNames(labels(metric))
        .classicOnly()
        .classicUpperBounds(metric.buckets().stream().mapToDouble(bound -> bound).toArray())
        .withExemplars()
        .register(registry);
  }

  /** With its unit where the name ends in it, as OpenMetrics wants. */
  static MetricMetadata metadata(Metric metric) {
    return metric.familyName().endsWith("_" + metric.unit())
        ? new MetricMetadata(metric.familyName(), metric.help(), new Unit(metric.unit()))
        : new MetricMetadata(metric.familyName(), metric.help());
  }

  private static String[] labels(Metric metric) {
    return metric.labels().stream().map(MetricLabel::text).toArray(String[]::new);
  }

  private static void check(Metric metric, Metric.Kind wanted) {
    if (metric.kind() != wanted) {
      throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", no " + wanted);
    }
  }
}
