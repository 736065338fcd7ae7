package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.metrics.ScrapedText;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.metrics.Metric;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Prometheus gets from an orchestrator. */
class MetricsEndpointTest {
  private static final String TOKENS =
      """
      tokens = [{ name = prometheus, role = read, token = 0123456789abcdef }]
      """;

  @Test
  void bothFormatsByWhatIsAccepted() {
    try (HttpRig rig = new HttpRig()) {
      OrchestratorMetrics.get(rig.system).scheduler().stands(3, java.util.Map.of("busy", 2));
      HttpRig.Answer text = rig.get("/metrics");
      assertEquals(200, text.status());
      assertEquals(
          "text/plain; version=0.0.4; charset=utf-8",
          text.header("content-type").toLowerCase(Locale.ROOT));
      ScrapedText scraped = ScrapedText.read(text.response().body());
      assertEquals(3, scraped.one(Metric.QUEUE_LENGTH.wireName()).value());
      HttpRig.Answer open =
          rig.send(
              rig.request("/metrics")
                  .header(
                      "Accept",
                      "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;q=0.5"));
      assertTrue(
          open.header("content-type").startsWith("application/openmetrics-text; version=1.0.0"),
          open.header("content-type"));
      assertTrue(open.response().body().endsWith("# EOF\n"));
    }
  }

  /** When a database hangs, metrics say so; and artefacts lie elsewhere. */
  @Test
  @Timeout(60)
  void readTablesThatHangKeepNobodyElseWaiting() {
    try (HttpRig rig = new HttpRig()) {
      rig.demo(ExperimentView.Status.RUNNING);
      rig.history.held = new CountDownLatch(1);
      List<CompletableFuture<HttpResponse<String>>> waiting =
          Stream.generate(
                  () ->
                      rig.client.sendAsync(
                          rig.request("/api/v1/experiments/demo/margins").GET().build(),
                          HttpResponse.BodyHandlers.ofString()))
              .limit(8)
              .toList();
      assertEquals(200, rig.get("/metrics").status());
      assertEquals(200, rig.get("/api/v1/experiments/demo/stages/teacher-0/artefacts").status());
      assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
      rig.history.held.countDown();
      waiting.forEach(answer -> assertEquals(200, answer.join().statusCode()));
    }
  }

  @Test
  void whoMayReadMayReadThem() {
    try (HttpRig rig = new HttpRig(TOKENS)) {
      assertEquals(401, rig.get("/metrics").status());
      assertEquals(
          200,
          rig.send(rig.request("/metrics").header("Authorization", "Bearer 0123456789abcdef"))
              .status());
    }
  }
}
