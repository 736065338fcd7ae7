package dev.margrave.orchestrator.http;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The real server on a free port of loopback, over a fake service. */
final class HttpRig implements AutoCloseable {
  static final ExperimentId DEMO = new ExperimentId("demo", 1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final FakeService service = new FakeService();
  final FakeHistory history = new FakeHistory();
  final FakeArtefacts artefacts = new FakeArtefacts();
  final ActorSystem<Void> system;
  final HttpServer server;
  final HttpClient client = HttpClient.newHttpClient();

  /** A response with its body as JSON. */
  record Answer(HttpResponse<String> response, JsonNode json) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String type() {
      return json.path("type").asText();
    }

    String detail() {
      return json.path("detail").asText();
    }
  }

  HttpRig() {
    this("");
  }

  /** With settings of {@code margrave.http}. */
  HttpRig(String settings) {
    system =
        ActorSystem.create(
            Behaviors.empty(),
            "http",
            ConfigFactory.parseString(
                    "akka { loglevel = OFF, stdout-loglevel = OFF, jvm-shutdown-hooks = off,"
                        + " actor.provider = local, log-dead-letters = off }")
                .withFallback(ConfigFactory.load()));
    try {
      server =
          await(HttpServer.start(system, settings(settings), service, history, artefacts, clock()));
    } catch (RuntimeException e) {
      system.terminate();
      throw e;
    }
  }

  static HttpSettings settings(String text) {
    return HttpSettings.of(
        ConfigFactory.parseString(
                "margrave.http { port = 0, events { poll = 20 ms, settle = 100 ms } }\n"
                    + "margrave.http {"
                    + text
                    + "}")
            .withFallback(ConfigFactory.load()));
  }

  private static Clock clock() {
    return Clock.systemUTC();
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The demo experiment stands like that. */
  void demo(ExperimentView.Status status) {
    service.views.put(
        DEMO,
        new ExperimentView(
            DEMO,
            status,
            Optional.empty(),
            List.of(
                StageView.pending(
                    StageKey.parse("teacher-0"), StageStatus.WAITING, "every slot is taken"),
                StageView.pending(StageKey.parse("full-0"), StageStatus.PENDING, "")),
            List.of(),
            Optional.empty()));
  }

  int port() {
    return server.address().getPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, String mediaType, String body) {
    return send(
        request(path)
            .header("Content-Type", mediaType)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer post(String path) {
    return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      boolean json = response.headers().firstValue("content-type").orElse("").contains("json");
      return new Answer(response, json ? JSON.readTree(response.body()) : JSON.createObjectNode());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(server.stop(Duration.ofSeconds(5)));
    system.terminate();
    await(system.getWhenTerminated());
  }
}
