package dev.margrave.app.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.margrave.protocol.artefact.ArtefactStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Asks a server. Redirects are not followed: a token goes nowhere else. A newer server's further
 * fields are passed over.
 */
final class ApiClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** The server gives up after 20 s by default and says so. */
  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  private static final int OK = 200;

  /** Unauthorised, forbidden, not found: the answer of a server that does not serve it. */
  private static final Set<Integer> MISSING = Set.of(401, 403, 404);

  private static final String API = "/api/v1";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final URI server;
  private final Optional<String> token;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  ApiClient(URI server, Optional<String> token) {
    this.server = server;
    this.token = token;
  }

  URI server() {
    return server;
  }

  /** The path of an experiment, or of what belongs to it. */
  static String experiment(String id, String rest) {
    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return "/experiments/" + encoded + rest;
  }

  String get(String path) {
    return text(request(path).timeout(TIMEOUT).GET());
  }

  /**
   * A small file that a stage left; empty when the server has it not, or not for us.
   *
   * @throws ApiException when it has trouble with it
   * @throws java.io.UncheckedIOException when it is too long
   */
  Optional<byte[]> file(String path) {
    try {
      HttpResponse<InputStream> response =
          client.send(request(path).timeout(TIMEOUT).GET().build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] content = body.readNBytes(ArtefactStore.MAXIMUM_SMALL_BYTES + 1);
        if (MISSING.contains(response.statusCode())) {
          return Optional.empty();
        }
        if (response.statusCode() != OK) {
          throw new ApiException(response.statusCode(), problem(content));
        }
        if (content.length > ArtefactStore.MAXIMUM_SMALL_BYTES) {
          throw new UncheckedIOException(new IOException("%s is too long".formatted(path)));
        }
        return Optional.of(content);
      }
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(new IOException("interrupted", e));
    }
  }

  /** What a server says that is none of ours is no problem of ours. */
  private static JsonNode problem(byte[] content) {
    try {
      return JSON.readTree(content);
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  String post(String path, String mediaType, String body) {
    return text(
        request(path)
            .timeout(TIMEOUT)
            .header("Content-Type", mediaType)
            .POST(BodyPublishers.ofString(body)));
  }

  /**
   * A stream of events.
   *
   * @param after the id of the last event known; empty: all
   */
  HttpResponse<InputStream> events(String experiment, String after) throws InterruptedException {
    HttpRequest.Builder request =
        request(experiment(experiment, "/events")).header("Accept", "text/event-stream");
    try {
      return client.send(
          (after.isEmpty() ? request : request.header("Last-Event-ID", after)).GET().build(),
          BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + API + path));
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  private String text(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
      if (!json) {
        throw unreachable(new IOException("something else than Margrave answers"));
      }
      if (response.statusCode() >= 400) {
        throw new ApiException(response.statusCode(), JSON.readTree(response.body()));
      }
      return response.body();
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(new IOException("interrupted", e));
    }
  }

  private UnreachableException unreachable(IOException e) {
    String why =
        e instanceof HttpTimeoutException
            ? "no answer in time"
            : e instanceof ConnectException
                ? "no connection"
                : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new UnreachableException(
        "no orchestrator answers at %s (%s); start one, or give its address with --server"
            .formatted(server, why),
        e);
  }

  /** What was answered, as one of the interface's records. */
  static <T> T read(String text, Class<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "the server's answer is not understood: " + e.getMessage(), e);
    }
  }

  /** Indented, for people and for files. */
  static String pretty(String text) {
    JsonNode tree = read(text, JsonNode.class);
    return tree.toPrettyString() + "\n";
  }

  static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
