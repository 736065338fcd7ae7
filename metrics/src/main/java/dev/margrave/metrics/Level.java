package dev.margrave.metrics;

import io.prometheus.metrics.core.metrics.Gauge;
import java.util.Map;

/** A gauge of this process, with the labels that its metric has; it comes and goes as a whole. */
public final class Level {
  private final Gauge gauge;

  Level(Gauge gauge) {
    this.gauge = gauge;
  }

  /** A gauge without a label. */
  public void set(double value) {
    gauge.labelValues().set(value);
  }

  /** One series for each value of the labels. */
  public void set(double value, String... labels) {
    gauge.labelValues(labels).set(value);
  }

  /** Of several values of its one label. */
  public void set(Map<String, ? extends Number> values) {
    values.forEach((label, value) -> gauge.labelValues(label).set(value.doubleValue()));
  }

  /** It says nothing any more. */
  public void clear() {
    gauge.clear();
  }
}
