package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An orchestrator and workers of both engines, as users start them. */
@Timeout(300)
class LibtorchWorkerTest {
  private static final Pattern API = Pattern.compile("page (http://[0-9.:]+)/");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Well below any time-out; the scheduler looks at reasons each second. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();
  private String api = "";
  private int port;

  private Path start(String name, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Home.directory().resolve("margrave").toString());
    command.addAll(List.of(words));
    command.addAll(List.of("--data-dir", folder.resolve(name).toString()));
    Path said = folder.resolve(name + ".out");
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start());
    return said;
  }

  private void worker(String name, String engine) throws IOException {
    start(
        name,
        "worker",
        "--engine",
        engine,
        "--set=margrave.worker.name=" + name,
        "--set=margrave.worker.slots=1",
        "--set=margrave.worker.orchestrators=[\"127.0.0.1:" + port + "\"]",
        "--set=margrave.artefacts.location=\"" + folder.resolve("artefacts") + "\"");
  }

  @AfterEach
  void end() throws InterruptedException {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/api/v1" + path)).build();
    return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private JsonNode await(String path, Duration patience, Predicate<JsonNode> so) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      JsonNode answer = get(path);
      if (so.test(answer)) {
        return answer;
      }
      assertTrue(System.nanoTime() < deadline, () -> path + ": " + answer);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void startOrchestrator() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path said =
        start(
            "orchestrator",
            "orchestrator",
            "--set=margrave.cluster.port=" + port,
            "--set=margrave.cluster.orchestrators=[\"127.0.0.1:" + port + "\"]",
            "--set=margrave.http.port=0",
            "--set=margrave.artefacts.location=\"" + folder.resolve("artefacts") + "\"");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (api.isEmpty()) {
      String text = Files.readString(said);
      Matcher matcher = API.matcher(text);
      if (matcher.find()) {
        api = matcher.group(1);
      }
      assertTrue(System.nanoTime() < deadline, text);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static boolean has(JsonNode workers, String engine) {
    for (JsonNode worker : workers.path("workers")) {
      if (worker.path("engine").asText().equals(engine)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aStageOfAnotherEngineSaysForWhatItWaitsAtOnceAndRunsWhereThereIsOne() throws Exception {
    startOrchestrator();
    worker("w1", "nd4j");
    await("/workers", PATIENCE, workers -> has(workers, "nd4j"));
    String experiment =
        """
        experiment {
          name = waits
          dataset { name = shapes, train = 256, evaluate = 128 }
          teacher { components = [4], pca = [8] }
          vae { latent = 8, channels = [8, 16] }
          training { epochs = 1, batch = 32 }
          arms = [full]
          resources { engine = libtorch }
        }
        """;
    HttpRequest submit =
        HttpRequest.newBuilder(URI.create(api + "/api/v1/experiments"))
            .header("Content-Type", "application/hocon")
            .POST(HttpRequest.BodyPublishers.ofString(experiment))
            .build();
    HttpResponse<String> submitted = client.send(submit, HttpResponse.BodyHandlers.ofString());
    assertTrue(submitted.statusCode() < 300, submitted::body);
    String reason =
        "no worker has the engine libtorch; there is nd4j (w1): start one with: margrave worker"
            + " --engine libtorch";
    await("/experiments/waits", AT_ONCE, view -> view.toString().contains(reason));
    worker("w2", "libtorch");
    JsonNode over =
        await(
            "/experiments/waits",
            PATIENCE,
            view -> view.path("status").asText().equals("finished"));
    assertEquals("completed", over.path("stages").path(1).path("status").asText(), over::toString);
    assertTrue(has(get("/workers"), "libtorch"));
    assertTrue(get("/experiments/waits/results").toString().contains("libtorch 2.10.0"));
  }
}
