package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.metrics.ScrapedText;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.protocol.metrics.Metric;
import java.util.Locale;
import org.junit.jupiter.api.Test;

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
