package dev.margrave.metrics;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.Metric;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Clock;
import java.util.Arrays;
import java.util.Objects;

/**
 * One series of a histogram. Each bucket keeps its latest value as an exemplar that names the
 * stage. The client's own histogram can do so only with a library for tracing.
 */
public final class Timing {
  private final Labels labels;
  private final Clock clock;
  private final double[] bounds;
  private final long[] counts;
  private final Exemplar[] latest;
  private double sum;

  Timing(Metric metric, Labels labels, Clock clock) {
    this.labels = labels;
    this.clock = clock;
    this.bounds = new double[metric.buckets().size() + 1];
    Arrays.setAll(
        bounds,
        i -> i < metric.buckets().size() ? metric.buckets().get(i) : Double.POSITIVE_INFINITY);
    this.counts = new long[bounds.length];
    this.latest = new Exemplar[bounds.length];
  }

  /** One value, in the metric's unit. */
  public synchronized void observe(double value, StageId stage) {
    int bucket = 0;
    while (value > bounds[bucket]) {
      bucket++;
    }
    counts[bucket]++;
    sum += value;
    latest[bucket] = StageLabels.exemplar(stage, value, clock);
  }

  synchronized HistogramDataPointSnapshot snapshot() {
    return new HistogramDataPointSnapshot(
        ClassicHistogramBuckets.of(bounds, counts.clone()),
        sum,
        labels,
        Exemplars.of(Arrays.stream(latest).filter(Objects::nonNull).toList()),
        0);
  }
}
