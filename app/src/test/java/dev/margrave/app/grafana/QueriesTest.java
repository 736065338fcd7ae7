package dev.margrave.app.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.margrave.app.grafana.GrafanaFiles.Rule;
import dev.margrave.app.process.PrometheusServer;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.metrics.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What dashboards and rules ask for exists, under that name and with those labels. */
class QueriesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Not Margrave's: Prometheus's own, and Micrometer's of the JVM and the process. */
  private static final Set<String> OTHERS =
      Set.of(
          "up",
          "jvm_memory_used_bytes",
          "jvm_memory_max_bytes",
          "jvm_gc_pause_seconds_sum",
          "process_cpu_usage",
          "jvm_threads_live_threads");

  /** Of every series: Prometheus adds them. */
  private static final Set<String> SCRAPED = Set.of("instance", "job");

  private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:]+)\\{([^}]*)}");
  private static final Pattern MATCHED = Pattern.compile("([a-z_]+) *(?:=~|!~|!=|=)");

  @TempDir Path folder;

  @Test
  void everyMetricThatIsNamedExists() throws IOException {
    Set<String> known = known();
    List<Asked> all = asked();
    for (Rule rule : GrafanaFiles.rules()) {
      all.add(new Asked("rule " + rule.name(), rule.expr()));
    }
    for (Asked asked : all) {
      Set<String> named = MetricNames.of(asked.expr());
      assertTrue(
          !named.isEmpty() || asked.expr().equals("vector(0)"), () -> asked + " names no metric");
      for (String name : named) {
        assertTrue(known.contains(name), () -> asked + " names " + name + ", which nobody offers");
      }
    }
  }

  /** A matcher of a label that the metric has not would choose nothing, or everything. */
  @Test
  void everyLabelThatIsMatchedIsThere() throws IOException {
    Map<String, Set<String>> labels = new HashMap<>();
    for (Metric metric : Metric.values()) {
      Set<String> own = new TreeSet<>(SCRAPED);
      metric.labels().forEach(label -> own.add(label.text()));
      names(metric).forEach(name -> labels.put(name, own));
    }
    List<Asked> all = asked();
    for (Rule rule : GrafanaFiles.rules()) {
      all.add(new Asked("rule " + rule.name(), rule.expr()));
    }
    int matched = 0;
    for (Asked asked : all) {
      Matcher selector = SELECTOR.matcher(asked.expr());
      while (selector.find()) {
        Set<String> there = labels.get(selector.group(1));
        Matcher label = MATCHED.matcher(selector.group(2));
        while (there != null && label.find()) {
          assertTrue(there.contains(label.group(1)), () -> asked + " asks for " + label.group(1));
          matched++;
        }
      }
    }
    assertTrue(matched > 50, "labels: " + matched);
  }

  @Test
  void everyMetricIsShownOrItIsSaidWhyNot() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (Asked asked : asked()) {
      shown.addAll(MetricNames.of(asked.expr()));
    }
    for (Rule rule : GrafanaFiles.rules()) {
      shown.addAll(MetricNames.of(rule.expr()));
    }
    Set<String> missing = new TreeSet<>();
    for (Metric metric : Metric.values()) {
      if (names(metric).stream().noneMatch(shown::contains)) {
        missing.add(metric.wireName());
      }
    }
    assertEquals(
        Set.of(
            // The marks are made of the committed step, per stage.
            "margrave_checkpoints_committed_total"),
        missing);
  }

  @Test
  @Timeout(180)
  void everythingIsAnsweredFromMetricsOfThatShape() throws Exception {
    PrometheusServer.assumeThere();
    try (SampleMetrics samples = SampleMetrics.start();
        PrometheusServer prometheus =
            PrometheusServer.start(
                folder,
                List.of(samples.target()),
                GrafanaFiles.files("prometheus/rules", ".yml"))) {
      for (Asked asked : asked()) {
        JsonNode answer =
            prometheus.await(asked.substituted("10s").replace(" or vector(0)", ""), PATIENCE);
        for (JsonNode series : answer) {
          assertTrue(!series.get("value").get(1).asText().equals("NaN"), asked::toString);
        }
      }
      for (JsonNode group : prometheus.rules()) {
        for (JsonNode rule : group.get("rules")) {
          assertEquals("ok", rule.get("health").asText(), rule::toPrettyString);
        }
      }
      JsonNode margins = prometheus.query("margrave:margin_nats");
      assertEquals(2 * Arm.values().length, margins.size(), margins::toPrettyString);
    }
  }

  private static List<Asked> asked() throws IOException {
    List<Asked> all = new ArrayList<>(Asked.byPanels());
    all.addAll(Asked.byMarks());
    all.addAll(Asked.byVariables());
    all.addAll(Asked.byRecordingRules());
    assertTrue(all.size() > 50, "questions: " + all.size());
    return all;
  }

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(OTHERS);
    for (Metric metric : Metric.values()) {
      known.addAll(names(metric));
    }
    for (Rule rule : GrafanaFiles.rules()) {
      rule.record().ifPresent(known::add);
    }
    return known;
  }

  private static List<String> names(Metric metric) {
    String name = metric.wireName();
    return metric.kind() == Metric.Kind.HISTOGRAM
        ? List.of(name + "_bucket", name + "_sum", name + "_count")
        : List.of(name);
  }
}
