package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rig itself: what is scraped is found, an alert fires, a wrong expression is refused. */
class PrometheusServerTest {
  private static final Duration SCRAPED = Duration.ofSeconds(30);

  @TempDir Path folder;

  @BeforeEach
  void prometheusIsThere() throws InterruptedException {
    PrometheusServer.assumeThere();
  }

  @Test
  void whatIsServedIsFoundAndAlertedOn() throws Exception {
    Path rules = folder.resolve("rules.yml");
    Files.writeString(
        rules,
        """
        groups:
          - name: rig
            rules:
              - alert: Negative
                expr: rig_value < 0
        """);
    HttpServer served = serving("rig_value -1.5\n");
    try (PrometheusServer prometheus =
        PrometheusServer.start(
            folder.resolve("server"),
            List.of("127.0.0.1:" + served.getAddress().getPort()),
            List.of(rules))) {
      JsonNode found = prometheus.await("rig_value", SCRAPED);
      assertEquals("-1.5", found.get(0).get("value").get(1).asText());
      assertEquals("margrave", found.get(0).get("metric").get("job").asText());
      prometheus.await("ALERTS{alertname='Negative', alertstate='firing'}", SCRAPED);
      JsonNode alert = prometheus.alerts().get(0);
      assertEquals("Negative", alert.get("labels").get("alertname").asText());
      assertEquals("firing", alert.get("state").asText());
      assertEquals("up", prometheus.targets().get(0).get("health").asText());
      assertEquals("rig", prometheus.rules().get(0).get("name").asText());
      assertTrue(prometheus.query("nobody_has_this").isEmpty());
      AssertionError refused =
          assertThrows(AssertionError.class, () -> prometheus.query("rig_value{"));
      assertTrue(refused.getMessage().contains("bad_data"), refused.getMessage());
    } finally {
      served.stop(0);
    }
  }

  @Test
  void aRuleFileThatIsNoneIsSaidAtOnce() throws IOException {
    Path rules = folder.resolve("rules.yml");
    Files.writeString(rules, "groups: 1\n");
    AssertionError refused =
        assertThrows(
            AssertionError.class,
            () -> PrometheusServer.start(folder.resolve("server"), List.of(), List.of(rules)));
    assertTrue(refused.getMessage().startsWith("prometheus did not start: "), refused.toString());
  }

  private static HttpServer serving(String text) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/metrics",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    return server;
  }
}
