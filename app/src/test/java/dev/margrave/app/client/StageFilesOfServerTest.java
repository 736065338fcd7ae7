package dev.margrave.app.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.margrave.protocol.artefact.ArtefactStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Small files of stages, as a server answers them. */
class StageFilesOfServerTest {
  private HttpServer server;
  private int status = 200;
  private byte[] content = {1, 2, 3};
  private String asked = "";
  private String token = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            asked = exchange.getRequestURI().toString();
            token = exchange.getRequestHeaders().getFirst("Authorization");
            exchange.sendResponseHeaders(status, content.length);
            exchange.getResponseBody().write(content);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Optional<byte[]> file() {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new ApiClient(address, Optional.of("secret"))
        .file(ApiClient.experiment("tiny~2", "/stages/full-0/samples"));
  }

  @Test
  void aFileIsItsBytes() {
    assertArrayEquals(content, file().orElseThrow());
    assertEquals("/api/v1/experiments/tiny%7E2/stages/full-0/samples", asked);
    assertEquals("Bearer secret", token);
  }

  @Test
  void whatTheServerDoesNotHaveIsMissing() {
    for (int refusal : new int[] {404, 403, 401}) {
      status = refusal;
      assertEquals(Optional.empty(), file());
    }
  }

  /** A report that goes without it must say so. */
  @Test
  void troubleIsNoMissingFile() {
    status = 503;
    content = "{\"detail\":\"the store does not answer\"}".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        "the store does not answer", assertThrows(ApiException.class, this::file).getMessage());
    content = "<html>".getBytes(StandardCharsets.UTF_8);
    assertEquals("status 503", assertThrows(ApiException.class, this::file).getMessage());
  }

  @Test
  void oneThatIsTooLongIsNotTaken() {
    content = new byte[ArtefactStore.MAXIMUM_SMALL_BYTES + 1];
    assertTrue(
        assertThrows(UncheckedIOException.class, this::file)
            .getMessage()
            .contains("/stages/full-0/samples is too long"));
  }
}
