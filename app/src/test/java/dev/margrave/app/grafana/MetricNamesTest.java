package dev.margrave.app.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricNamesTest {
  @Test
  void findsMetricsAndNothingElse() {
    assertEquals(
        Set.of("up"),
        MetricNames.of("sum by (instance) (rate(up{job=\"a_job\"}[$__rate_interval]))"));
    assertEquals(
        Set.of("a:b", "c"),
        MetricNames.of("max(a:b{x=~\"}{\"} > -Inf) without (d) - on (e) group_left() c offset 5m"));
    assertEquals(
        Set.of("f"),
        MetricNames.of("histogram_quantile(0.95, sum(f)) or vector(0) unless 1e3 > 2"));
  }
}
