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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The small server of a worker. */
class MetricsServerTest {
  private static final String SECTION = "margrave.worker.metrics";

  private final MetricsRegistry registry =
      new MetricsRegistry(new MetricsSettings(Duration.ZERO, 10), new ManualClock());
  private final MetricsServer server = MetricsServer.start(SECTION, "127.0.0.1", 0, registry);
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
    return HttpRequest.newBuilder(URI.create(server.url().replace("/metrics", path)));
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
  void nothingElseIsAnswered() throws Exception {
    assertEquals(404, send(at("/")).statusCode());
    assertEquals(404, send(at("/metrics/")).statusCode());
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
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        silent.add(socket);
        socket.getOutputStream().write("GET /met".getBytes(StandardCharsets.US_ASCII));
      }
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
            () -> MetricsServer.start(SECTION, "127.0.0.1", port, registry));
    assertEquals(
        "port %d of 127.0.0.1 cannot be listened on (Address already in use); set".formatted(port)
            + " margrave.worker.metrics.port to another, or to 0 for any",
        refused.getMessage());
  }
}
