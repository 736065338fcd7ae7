package dev.margrave.metrics;

import dev.margrave.protocol.StageId;
import io.prometheus.metrics.core.metrics.Histogram;

/** A histogram whose exemplars name the stage that a value is of. */
public final class Timing {
  private final Histogram histogram;
  private final String[] labels;

  Timing(Histogram histogram, String... labels) {
    this.histogram = histogram;
    this.labels = labels.clone();
    // There from the first scrape on.
    histogram.initLabelValues(this.labels);
  }

  /** One value, in the metric's unit. */
  public void observe(double value, StageId stage) {
    histogram.labelValues(labels).observeWithExemplar(value, StageLabels.exemplar(stage));
  }
}
