package dev.margrave.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.metrics.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The small server of a worker. */
class MetricsServerTest {
  private static final String SECTION = "margrave.worker.metrics";

  /** Less than a hanging scrape takes. */
  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(10);

  private final MetricsRegistry registry =
      new MetricsRegistry(new MetricsSettings(Duration.ZERO, 10), new ManualClock());
  private final AtomicReference<Optional<String>> unready =
      new AtomicReference<>(Optional.of("no orchestrator answers"));
  private final MetricsServer server =
      MetricsServer.start(SECTION, "127.0.0.1", 0, registry, unready::get);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
    registry.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder at(String path) {
    return at(server, path);
  }

  private static HttpRequest.Builder at(MetricsServer server, String path) {
    return HttpRequest.newBuilder(URI.create(server.url().replace("/metrics", path)));
  }

  private void says(MetricsServer server, String path, int status, String sentence)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send(at(server, path).timeout(PROBE_PATIENCE));
    assertEquals(sentence + "\n", response.body());
    assertEquals(status, response.statusCode());
    assertEquals("text/plain; charset=utf-8", header(response, "content-type"));
    assertEquals("no-store", header(response, "cache-control"));
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void bothFormatsByWhatIsAccepted() throws Exception {
    HttpResponse<String> text = send(at("/metrics"));
    assertEquals(200, text.statusCode());
    assertEquals(MetricsRegistry.TEXT, header(text, "content-type"));
    assertEquals(0, ScrapedText.read(text.body()).one(Metric.METRICS_SERIES.wireName()).value());
    HttpResponse<String> open =
        send(at("/metrics").header("Accept", "application/openmetrics-text;version=1.0.0,*/*"));
    assertEquals(MetricsRegistry.OPEN_METRICS, header(open, "content-type"));
    assertTrue(open.body().endsWith("# EOF\n"), open.body());
  }

  @Test
  void probesSayHowItStands() throws Exception {
    says(server, "/alive", 200, "alive");
    says(server, "/ready", 503, "no orchestrator answers");
    unready.set(Optional.empty());
    says(server, "/ready", 200, "ready");
    unready.set(Optional.of("handing back"));
    says(server, "/ready", 503, "handing back");
    says(server, "/alive", 200, "alive");
  }

  /** More scrapes than are made at once, or would wait. */
  @Test
  @Timeout(60)
  void noProbeWaitsBehindAScrape() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    try (MetricsRegistry slow =
            new MetricsRegistry(new MetricsSettings(Duration.ZERO, 10), new HangingClock(hangs));
        MetricsServer busy = MetricsServer.start(SECTION, "127.0.0.1", 0, slow, Optional::empty)) {
      slow.stages(List.of(Metric.TRAINING_EPOCH), 0, Optional.empty(), Optional.empty());
      List<CompletableFuture<Integer>> scrapes = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        scrapes.add(
            client
                .sendAsync(at(busy, "/metrics").build(), HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode));
      }
      // Two hang, sixteen wait, and the others are refused.
      while (scrapes.stream().filter(CompletableFuture::isDone).count() < 12) {
        says(busy, "/alive", 200, "alive");
        says(busy, "/ready", 200, "ready");
      }
      hangs.countDown();
      Map<Integer, Long> answered =
          scrapes.stream()
              .map(CompletableFuture::join)
              .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
      assertEquals(Map.of(200, 18L, 503, 12L), answered);
    }
  }

  /** Stands still until it is let go. */
  private static final class HangingClock extends Clock {
    private final CountDownLatch until;

    HangingClock(CountDownLatch until) {
      this.until = until;
    }

    @Override
    public Instant instant() {
      try {
        until.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Instant.EPOCH;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("nobody asks for " + zone);
    }
  }

  @Test
  void nothingElseIsAnswered() throws Exception {
    assertEquals(404, send(at("/")).statusCode());
    assertEquals(404, send(at("/metrics/")).statusCode());
    says(server, "/alive/", 404, "metrics are at /metrics, probes at /alive and /ready");
    assertEquals(
        405, send(at("/ready").POST(HttpRequest.BodyPublishers.ofString("x"))).statusCode());
    HttpResponse<String> post = send(at("/metrics").POST(HttpRequest.BodyPublishers.ofString("x")));
    assertEquals(405, post.statusCode());
    assertEquals("GET", header(post, "allow"));
    assertEquals(
        405, send(at("/metrics").method("HEAD", HttpRequest.BodyPublishers.noBody())).statusCode());
  }

  /** As a page would that somebody looks at here. */
  @Test
  void anotherNameForThisMachineIsRefused() throws IOException {
    int port = URI.create(server.url()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }
  }

  /** More of them than there are threads. */
  @Test
  @Timeout(60)
  void whoSaysHalfARequestKeepsNobodyOut() throws Exception {
    int port = URI.create(server.url()).getPort();
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < MetricsServer.READERS + 2; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        silent.add(socket);
        socket.getOutputStream().write("GET /met".getBytes(StandardCharsets.US_ASCII));
      }
      assertEquals(200, send(at("/alive")).statusCode());
      assertEquals(200, send(at("/metrics")).statusCode());
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aTakenPortIsSaid() {
    int port = URI.create(server.url()).getPort();
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> MetricsServer.start(SECTION, "127.0.0.1", port, registry, unready::get));
    assertEquals(
        "port %d of 127.0.0.1 cannot be listened on (Address already in use); set".formatted(port)
            + " margrave.worker.metrics.port to another, or to 0 for any",
        refused.getMessage());
  }
}
