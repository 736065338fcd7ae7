package dev.margrave.app.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Prometheus server on loopback, for tests: it scrapes and evaluates its rules every second,
 * keeps exemplars, and its files lie in a folder of the test. It ends with {@link #close()}, and at
 * the latest with this JVM.
 */
public final class PrometheusServer implements AutoCloseable {
  private static final String COMMAND = "prometheus";
  private static final String HOST = "127.0.0.1";
  // Somebody else may take the free port first.
  private static final int STARTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final HttpClient client =
      HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
  private final ObjectMapper mapper = new ObjectMapper();
  private final Process process;
  private final int port;
  private final Path log;

  private PrometheusServer(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** Whether the command is on the path. */
  public static boolean isThere() throws InterruptedException {
    try {
      return new ProcessBuilder(COMMAND, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Skips the test that asks where there is no such server. */
  public static void assumeThere() throws InterruptedException {
    Assumptions.assumeTrue(
        isThere(),
        "prometheus is not on the PATH: what it sees was not tested (Debian package prometheus)");
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param folder where its configuration, its log and its data go
   * @param targets {@code host:port} of each process whose {@code /metrics} is scraped, as job
   *     {@code margrave}
   * @param ruleFiles recording and alerting rules
   */
  public static PrometheusServer start(Path folder, List<String> targets, List<Path> ruleFiles)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path configuration = folder.resolve("prometheus.yml");
    Files.writeString(configuration, configuration(targets, ruleFiles));
    for (int start = 1; ; start++) {
      int port = Ports.free();
      Path log = folder.resolve("prometheus-" + start + ".log");
      Path data = folder.resolve("prometheus-" + start);
      Process process = launch(command(configuration, data, port), log);
      PrometheusServer server = new PrometheusServer(process, port, log);
      if (server.becomesReady()) {
        return server;
      }
      server.close();
      String said = Files.readString(log);
      if (start == STARTS || !said.contains("address already in use")) {
        throw new AssertionError("prometheus did not start: " + said);
      }
    }
  }

  private static String configuration(List<String> targets, List<Path> ruleFiles) {
    StringBuilder text = new StringBuilder();
    text.append("global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n");
    text.append("  evaluation_interval: 1s\n");
    text.append("rule_files: ")
        .append(list(ruleFiles.stream().map(file -> file.toAbsolutePath().toString()).toList()));
    text.append("scrape_configs:\n  - job_name: margrave\n    static_configs:\n");
    text.append("      - targets: ").append(list(targets));
    return text.toString();
  }

  private static String list(List<String> values) {
    return values.stream()
        .map(value -> "'" + value.replace("'", "''") + "'")
        .collect(Collectors.joining(", ", "[", "]\n"));
  }

  private static List<String> command(Path configuration, Path data, int port) {
    List<String> command = new ArrayList<>();
    // The signal comes when the thread that starts it ends, hence at the latest when this JVM does.
    command.addAll(List.of("setpriv", "--pdeathsig", "KILL", COMMAND));
    command.add("--config.file=" + configuration.toAbsolutePath());
    command.add("--storage.tsdb.path=" + data.toAbsolutePath());
    command.add("--web.listen-address=" + HOST + ":" + port);
    command.add("--enable-feature=exemplar-storage");
    command.add("--log.level=info");
    return command;
  }

  /** Started by a thread of its own that lives as long as the server does. */
  private static Process launch(List<String> command, Path log)
      throws IOException, InterruptedException {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread keeper =
        new Thread(
            () -> {
              try {
                Process process =
                    new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                started.complete(process);
                process.waitFor();
              } catch (IOException | InterruptedException e) {
                started.completeExceptionally(e);
              }
            },
            "prometheus-keeper");
    keeper.setDaemon(true);
    keeper.start();
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw new IOException("prometheus could not be started", e.getCause());
    }
  }

  /** False: it ended instead. */
  private boolean becomesReady() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        if (send("/-/ready").statusCode() == 200) {
          return true;
        }
      } catch (IOException notYet) {
        // It does not listen yet.
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("prometheus was not ready in time; its log is " + log);
      }
    }
    return false;
  }

  /** Where it answers, as {@code http://127.0.0.1:port}. */
  public String address() {
    return "http://" + HOST + ":" + port;
  }

  /**
   * What an expression is now.
   *
   * @return {@code data.result} of Prometheus's answer: for a vector, an array of {@code {metric:
   *     {...}, value: [seconds, "number"]}}
   * @throws AssertionError with what Prometheus says when it refuses the expression
   */
  public JsonNode query(String promql) throws IOException, InterruptedException {
    return get("/api/v1/query?query=" + encode(promql)).get("result");
  }

  /** As {@link #query}, once it is not empty. */
  public JsonNode await(String promql, Duration atMost) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    JsonNode result = query(promql);
    while (result.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nothing within " + atMost + " for " + promql);
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      result = query(promql);
    }
    return result;
  }

  /**
   * What is pending or firing: an array of {@code {labels, annotations, state, activeAt, value}}.
   */
  public JsonNode alerts() throws IOException, InterruptedException {
    return get("/api/v1/alerts").get("alerts");
  }

  /** The groups of rules, each with the health and the last error of its rules. */
  public JsonNode rules() throws IOException, InterruptedException {
    return get("/api/v1/rules").get("groups");
  }

  /** What is scraped: an array of {@code {labels, scrapeUrl, health, lastError, ...}}. */
  public JsonNode targets() throws IOException, InterruptedException {
    return get("/api/v1/targets").get("activeTargets");
  }

  /**
   * The exemplars that were seen so far of a selector's series: an array of {@code {seriesLabels,
   * exemplars}}.
   */
  public JsonNode exemplars(String selector) throws IOException, InterruptedException {
    return get("/api/v1/query_exemplars?start=0&end=9999999999&query=" + encode(selector));
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    JsonNode answer = mapper.readTree(send(path).body());
    if (!answer.path("status").asText().equals("success")) {
      throw new AssertionError("prometheus answered " + answer + " to " + path);
    }
    return answer.get("data");
  }

  private HttpResponse<String> send(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address() + path)).timeout(PATIENCE).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    // Its own pid: setpriv became it.
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
