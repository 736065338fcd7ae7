package dev.margrave.orchestrator.metrics;

import dev.margrave.metrics.Level;
import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.orchestrator.schedule.SchedulerInstruments;
import dev.margrave.protocol.metrics.Metric;
import java.util.Map;
import java.util.TreeMap;

/** The metrics of the scheduler, on the node where it lives. */
public final class SchedulerMeters implements SchedulerInstruments {
  private static final Map<String, Integer> NONE_THERE =
      Map.of("free", 0, "busy", 0, "excluded", 0, "unreachable", 0);

  private final Level queue;
  private final Level workers;

  /** No scheduler yet. */
  public SchedulerMeters(MetricsRegistry registry) {
    this.queue = registry.level(Metric.QUEUE_LENGTH);
    this.workers = registry.level(Metric.WORKERS);
    left();
  }

  @Override
  public void stands(int waiting, Map<String, Integer> states) {
    queue.set(waiting);
    Map<String, Integer> all = new TreeMap<>(NONE_THERE);
    all.putAll(states);
    workers.set(all);
  }

  @Override
  public void left() {
    queue.clear();
    workers.clear();
  }
}
