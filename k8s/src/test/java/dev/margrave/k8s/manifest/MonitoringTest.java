package dev.margrave.k8s.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRuleSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The component monitoring says what grafana/ says. */
class MonitoringTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GRAFANA = Kustomize.CHECKOUT.resolve("grafana");

  /** Of what {@code kubectl apply} writes into an annotation. */
  private static final int LARGEST_BYTES = 256 * 1024;

  private static final Rendering MONITORING = Rendering.of("monitoring");

  private static JsonNode yaml(Path file) throws IOException {
    return JSON.valueToTree(new Yaml().<Object>load(Files.readString(file)));
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(GRAFANA.resolve(folder))) {
      return files.sorted().toList();
    }
  }

  @Test
  void rulesAndAlertsAreThoseOfPrometheus() throws IOException {
    PrometheusRule rule = MONITORING.manifests().get(PrometheusRule.class, "margrave");
    Map<String, JsonNode> operators = groups(JSON.valueToTree(rule.getSpec()));
    Map<String, JsonNode> prometheus = new TreeMap<>();
    for (Path file : files("prometheus/rules")) {
      // By the same types, which may leave out what is empty.
      PrometheusRuleSpec same = JSON.treeToValue(yaml(file), PrometheusRuleSpec.class);
      prometheus.putAll(groups(JSON.valueToTree(same)));
    }
    assertEquals(prometheus, operators);
    assertEquals(5, operators.size());
  }

  private static Map<String, JsonNode> groups(JsonNode rules) {
    Map<String, JsonNode> groups = new TreeMap<>();
    rules.get("groups").forEach(group -> groups.put(group.get("name").asText(), group));
    return groups;
  }

  @Test
  void dashboardsAreThoseOfGrafanaAndSmallEnough() throws IOException {
    List<Path> files = files("dashboards");
    assertEquals(3, files.size());
    for (Path file : files) {
      String name =
          "margrave-dashboard-" + file.getFileName().toString().replaceAll("margrave-|.json", "");
      ConfigMap map = MONITORING.manifests().get(ConfigMap.class, name);
      String dashboard = map.getData().get(file.getFileName().toString());
      assertEquals(Files.readString(file), dashboard);
      assertTrue(dashboard.getBytes(StandardCharsets.UTF_8).length < LARGEST_BYTES, name);
      assertEquals("1", map.getMetadata().getLabels().get("grafana_dashboard"));
      assertEquals("Margrave", map.getMetadata().getAnnotations().get("grafana_folder"));
    }
  }

  @Test
  void targetsAreCalledAsAlertsExpect() throws IOException {
    Set<String> operators = new TreeSet<>();
    for (PodMonitor monitor : MONITORING.manifests().all(PodMonitor.class)) {
      monitor
          .getSpec()
          .getPodMetricsEndpoints()
          .forEach(
              endpoint ->
                  endpoint.getRelabelings().stream()
                      .filter(each -> "job".equals(each.getTargetLabel()))
                      .forEach(each -> operators.add(each.getReplacement())));
    }
    assertEquals(Set.of("margrave-orchestrator", "margrave-worker"), operators);
    Set<String> prometheus = new TreeSet<>();
    yaml(GRAFANA.resolve("prometheus/prometheus.yml"))
        .get("scrape_configs")
        .forEach(job -> prometheus.add(job.get("job_name").asText()));
    assertTrue(operators.containsAll(prometheus), prometheus::toString);
  }

  @Test
  void parametersArriveWhereTheyBelong(@TempDir Path copy) throws IOException {
    assumeTrue(Kustomize.find().isPresent(), "no tool that builds what k8s/ uses");
    for (String folder : List.of("k8s/base", "k8s/components", "grafana", "config/kubernetes")) {
      copy(Kustomize.CHECKOUT.resolve(folder), copy.resolve(folder));
    }
    Path parameters = copy.resolve("k8s/components/monitoring/parameters.yaml");
    String text = Files.readString(parameters);
    for (List<String> change :
        List.of(
            List.of("release: kube-prometheus-stack", "release: other"),
            List.of("dashboard-label: \"1\"", "dashboard-label: \"yes\""),
            List.of("dashboard-folder: Margrave", "dashboard-folder: VAEs"),
            List.of("prometheus-namespace: monitoring", "prometheus-namespace: watch"))) {
      assertTrue(text.contains(change.get(0)), change::toString);
      text = text.replace(change.get(0), change.get(1));
    }
    Files.writeString(parameters, text);
    Path overlay = Files.createDirectories(copy.resolve("k8s/overlay"));
    Files.writeString(
        overlay.resolve("kustomization.yaml"),
        "resources: [../base]\ncomponents: [../components/monitoring]\n");
    Manifests manifests = Manifests.parse(Kustomize.find().orElseThrow().build(overlay));
    manifests
        .all(PodMonitor.class)
        .forEach(each -> assertEquals("other", each.getMetadata().getLabels().get("release")));
    manifests
        .all(PrometheusRule.class)
        .forEach(each -> assertEquals("other", each.getMetadata().getLabels().get("release")));
    ConfigMap dashboard = manifests.get(ConfigMap.class, "margrave-dashboard-margins");
    assertEquals("yes", dashboard.getMetadata().getLabels().get("grafana_dashboard"));
    assertEquals("VAEs", dashboard.getMetadata().getAnnotations().get("grafana_folder"));
    assertEquals(
        "watch",
        manifests
            .get(NetworkPolicy.class, "margrave-metrics")
            .getSpec()
            .getIngress()
            .get(0)
            .getFrom()
            .get(0)
            .getNamespaceSelector()
            .getMatchLabels()
            .get("kubernetes.io/metadata.name"));
    // What it was told by is not applied.
    assertTrue(manifests.find(ConfigMap.class, "margrave-monitoring").isEmpty());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(file, copied);
        }
      }
    }
  }
}
