package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.TinyExperiment;
import dev.margrave.app.grafana.Asked;
import dev.margrave.app.grafana.GrafanaFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus server scrapes a real orchestrator and a real worker while an experiment runs.
 */
class MetricsInPrometheusTest {
  private static final Duration SCRAPED = Duration.ofSeconds(30);
  private static final Duration RUN = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final double ACCURACY_NATS = 1e-6;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void prometheusIsThere() throws InterruptedException {
    PrometheusServer.assumeThere();
  }

  private JsonNode call(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertTrue(response.statusCode() < 300, response::body);
    return JSON.readTree(response.body());
  }

  private static HttpRequest.Builder at(int port, String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + port + "/api/v1/experiments" + path));
  }

  /** The worker's log says where its metrics are. */
  private static String target(MargraveProcess worker) throws Exception {
    Pattern line = Pattern.compile("metrics at http://([0-9.:]+)/metrics");
    while (true) {
      Matcher found = line.matcher(worker.printed());
      if (found.find()) {
        return found.group(1);
      }
      assertTrue(!worker.endsWithin(POLL), worker::toString);
    }
  }

  private static double value(JsonNode vector) {
    return Double.parseDouble(vector.get(0).get("value").get(1).asText());
  }

  @Test
  void itSeesTheMarginsThatTheCertificatesHave() throws Exception {
    int http = Ports.free();
    int cluster = Ports.free();
    try (MargraveProcess orchestrator =
            MargraveProcess.start(
                folder,
                "orchestrator",
                "--data-dir",
                folder.resolve("orchestrator"),
                "--set",
                "margrave.http.port=" + http,
                "--set",
                "margrave.cluster.port=" + cluster);
        MargraveProcess worker =
            MargraveProcess.start(
                folder,
                "worker",
                "--data-dir",
                folder.resolve("worker"),
                "--set",
                "margrave.worker.name=w1",
                "--set",
                "margrave.worker.metrics.port=0",
                "--set",
                "margrave.worker.orchestrators=[\"127.0.0.1:" + cluster + "\"]")) {
      orchestrator.waitFor("API at");
      try (PrometheusServer prometheus =
          PrometheusServer.start(
              folder.resolve("prometheus"),
              List.of("127.0.0.1:" + http, target(worker)),
              GrafanaFiles.files("prometheus/rules", ".yml"))) {
        prometheus.await("count(up == 1) == 2", SCRAPED);
        prometheus.await("margrave_workers{state=\"free\"} == 1", SCRAPED);
        String spec = Files.readString(TinyExperiment.write(folder));
        JsonNode submitted =
            call(
                at(http, "")
                    .header("Content-Type", "application/hocon")
                    .POST(HttpRequest.BodyPublishers.ofString(spec)));
        assertEquals("tiny", submitted.get("id").asText());
        prometheus.await("margrave_certificate_margin_nats{arm=\"full\"}", RUN);
        prometheus.await("rate(margrave_training_images_total[10s]) > 0", RUN);
        JsonNode results = results(http);
        compare(prometheus, results);
        // Every count is there, and the exemplars name stages.
        prometheus.await("sum(margrave_stages_ended_total{outcome=\"completed\"}) == 7", SCRAPED);
        assertEquals(
            7, value(prometheus.query("sum(margrave_attempts_total{kind=\"completed\"})")));
        assertTrue(value(prometheus.query("margrave_training_step_seconds_count")) > 0);
        assertTrue(value(prometheus.query("sum(margrave_checkpoint_seconds_count)")) >= 6);
        assertTrue(value(prometheus.query("margrave_journal_persist_seconds_count")) > 7);
        assertEquals(2, prometheus.query("margrave_build_info").size());
        JsonNode exemplars = prometheus.exemplars("margrave_journal_persist_seconds_bucket");
        assertTrue(
            exemplars
                .get(0)
                .get("exemplars")
                .get(0)
                .get("labels")
                .get("stage")
                .asText()
                .startsWith("tiny/"),
            exemplars::toString);
      }
      worker.terminate();
      orchestrator.terminate();
      assertTrue(worker.endsWithin(Duration.ofSeconds(30)), worker::toString);
      assertTrue(orchestrator.endsWithin(Duration.ofSeconds(30)), orchestrator::toString);
    }
  }

  private JsonNode results(int http) throws Exception {
    long deadline = System.nanoTime() + RUN.toNanos();
    while (!call(at(http, "/tiny")).get("status").asText().equalsIgnoreCase("finished")) {
      assertTrue(System.nanoTime() < deadline, "the experiment did not end");
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    return call(at(http, "/tiny/results"));
  }

  private static void compare(PrometheusServer prometheus, JsonNode results) throws Exception {
    prometheus.await("count(margrave_stage_state{experiment=\"tiny\"} == 3) == 7", SCRAPED);
    assertEquals(6, results.get("arms").size());
    String panel = panel("Margin against the boundary", "A");
    prometheus.await("count(margrave:stage_state == 3) == 7", SCRAPED);
    for (JsonNode arm : results.get("arms")) {
      assertEquals(
          arm.get("marginNats").asDouble(), shown(prometheus, panel, arm), ACCURACY_NATS, panel);
      String labels = "{experiment=\"tiny\", seed=\"0\", arm=\"" + arm.get("arm").asText() + "\"}";
      JsonNode margin = prometheus.query("margrave_certificate_margin_nats" + labels);
      assertEquals("shapes", margin.get(0).get("metric").get("dataset").asText());
      assertEquals(arm.get("marginNats").asDouble(), value(margin), labels);
      assertEquals(
          arm.get("klNats").asDouble(),
          value(prometheus.query("margrave_vae_kl_nats" + labels)),
          labels);
    }
  }

  /** The query of a panel, everything chosen. */
  private static String panel(String title, String query) throws IOException {
    String end = ", " + title + ", " + query;
    return Asked.byPanels().stream()
        .filter(asked -> asked.where().endsWith(end))
        .findFirst()
        .orElseThrow()
        .substituted("10s");
  }

  private static double shown(PrometheusServer prometheus, String panel, JsonNode arm)
      throws Exception {
    for (JsonNode series : prometheus.query(panel)) {
      JsonNode labels = series.get("metric");
      if (labels.get("arm").asText().equals(arm.get("arm").asText())
          && labels.get("seed").asText().equals(arm.get("seed").asText())) {
        return series.get("value").get(1).asDouble();
      }
    }
    throw new AssertionError("the panel shows nothing of " + arm);
  }
}
