package dev.margrave.app.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.orchestrator.journal.TestPostgres;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * A cluster of real processes on this machine: PostgreSQL, orchestrators, workers of one slot each,
 * and a directory for artefacts that all workers share.
 */
final class ClusterProcesses implements AutoCloseable {
  private static final int ORCHESTRATOR_HEAP_MB = 256;
  private static final int WORKER_HEAP_MB = 384;
  private static final Duration HTTP_PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final int END_SECONDS = 40;
  private static final int LAST_LINES = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final TestPostgres postgres;
  private final String database;
  private final List<ServiceProcess> orchestrators = new ArrayList<>();
  private final List<ServiceProcess> workers = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(HTTP_PATIENCE)
          .build();
  private final Thread atExit = new Thread(this::closeProcesses, "end-cluster");

  private ClusterProcesses(Path folder, TestPostgres postgres, String database) {
    this.folder = folder;
    this.postgres = postgres;
    this.database = database;
  }

  /**
   * Starts it.
   *
   * @param folder for logs, artefacts and the nodes' own data
   * @param settings further ones of all nodes, as {@code key=value}
   */
  static ClusterProcesses start(Path folder, int orchestrators, int workers, List<String> settings)
      throws IOException {
    TestPostgres postgres = TestPostgres.start();
    var cluster = new ClusterProcesses(folder, postgres, postgres.database());
    Runtime.getRuntime().addShutdownHook(cluster.atExit);
    Files.createDirectories(cluster.logs());
    List<Integer> ports = freePorts(2 * orchestrators);
    cluster.ports.addAll(ports);
    String contacts =
        "["
            + String.join(
                ",",
                ports.stream()
                    .limit(orchestrators)
                    .map(port -> "\"127.0.0.1:" + port + "\"")
                    .toList())
            + "]";
    for (int i = 0; i < orchestrators; i++) {
      cluster.orchestrators.add(
          ServiceProcess.start(
              "orchestrator-" + i,
              ORCHESTRATOR_HEAP_MB,
              cluster.logs(),
              cluster.orchestratorArguments(i, contacts, settings)));
    }
    for (int i = 0; i < workers; i++) {
      cluster.workers.add(
          ServiceProcess.start(
              "worker-" + i,
              WORKER_HEAP_MB,
              cluster.logs(),
              cluster.workerArguments("worker-" + i, contacts, settings)));
    }
    return cluster;
  }

  private List<String> orchestratorArguments(int index, String contacts, List<String> settings) {
    List<String> set = new ArrayList<>(settings);
    set.add("margrave.cluster.port=" + ports.get(index));
    set.add("margrave.cluster.management.enabled=true");
    set.add("margrave.cluster.management.port=" + managementPort(index));
    set.add("margrave.cluster.orchestrators=" + contacts);
    set.add("margrave.http.port=0");
    set.add("margrave.orchestrator.journal.url=\"" + postgres.url(database) + "\"");
    set.add("margrave.orchestrator.journal.user=postgres");
    return arguments("orchestrator", "orchestrator-" + index, set);
  }

  private int managementPort(int orchestrator) {
    return ports.get(ports.size() / 2 + orchestrator);
  }

  /** The addresses of those that an orchestrator sees up and reachable; empty: no answer. */
  Optional<Set<String>> members(ServiceProcess orchestrator) throws InterruptedException {
    URI uri =
        URI.create(
            "http://127.0.0.1:"
                + managementPort(orchestrators.indexOf(orchestrator))
                + "/cluster/members");
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(HTTP_PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      Set<String> members = new TreeSet<>();
      JsonNode answer = JSON.readTree(response.body());
      for (JsonNode member : answer.path("members")) {
        if (member.get("status").asText().equals("Up")) {
          members.add(member.get("nodeUid").asText() + "@" + member.get("node").asText());
        }
      }
      return answer.path("unreachable").isEmpty() ? Optional.of(members) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private List<String> workerArguments(String name, String contacts, List<String> settings) {
    List<String> set = new ArrayList<>(settings);
    set.add("margrave.worker.name=" + name);
    set.add("margrave.worker.slots=1");
    set.add("margrave.worker.orchestrators=" + contacts);
    set.add("margrave.artefacts.location=\"" + artefacts() + "\"");
    return arguments("worker", name, set);
  }

  private List<String> arguments(String role, String name, List<String> settings) {
    List<String> all =
        new ArrayList<>(List.of(role, "--data-dir", folder.resolve(name).toString()));
    for (String setting : settings) {
      all.add("--set");
      all.add(setting);
    }
    return all;
  }

  /** Ports that were free a moment ago: orchestrators must know each other's before they start. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  Path logs() {
    return folder.resolve("logs");
  }

  Path artefacts() {
    return folder.resolve("artefacts");
  }

  TestPostgres postgres() {
    return postgres;
  }

  String database() {
    return database;
  }

  ServiceProcess orchestrator(int index) {
    return orchestrators.get(index);
  }

  ServiceProcess worker(int index) {
    return workers.get(index);
  }

  /** By its name. */
  ServiceProcess worker(String name) {
    return workers.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  List<ServiceProcess> orchestrators() {
    return List.copyOf(orchestrators);
  }

  List<ServiceProcess> workers() {
    return List.copyOf(workers);
  }

  StageJournal journal() {
    return new StageJournal(postgres.url(database));
  }

  /** Submits an experiment, to whichever orchestrator takes it. */
  void submit(Path experiment) throws Exception {
    String spec = Files.readString(experiment);
    await(
        "the experiment is taken",
        Duration.ofMinutes(2),
        () -> {
          var request =
              HttpRequest.newBuilder()
                  .header("Content-Type", "application/hocon")
                  .POST(HttpRequest.BodyPublishers.ofString(spec));
          return answered("/experiments", request).isPresent();
        });
  }

  /** What any orchestrator answers; empty when none does now. */
  Optional<JsonNode> get(String path) throws InterruptedException, IOException {
    return answered(path, HttpRequest.newBuilder().GET());
  }

  /** The same, with nothing to say in it. */
  Optional<JsonNode> post(String path, String json) throws InterruptedException, IOException {
    return answered(
        path,
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private Optional<JsonNode> answered(String path, HttpRequest.Builder request)
      throws InterruptedException, IOException {
    for (ServiceProcess orchestrator : orchestrators) {
      Optional<String> ready = orchestrator.ready();
      if (ready.isEmpty()) {
        continue;
      }
      URI uri = URI.create("http://" + address(ready.get()) + "/api/v1" + path);
      try {
        HttpResponse<String> response =
            client.send(
                request.uri(uri).timeout(HTTP_PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() < 300) {
          return Optional.of(JSON.readTree(response.body()));
        }
        if (response.statusCode() < 500) {
          throw new AssertionError(uri + ": " + response.statusCode() + " " + response.body());
        }
      } catch (IOException e) {
        // The next one may.
      }
    }
    return Optional.empty();
  }

  /** {@code host:port} in what an orchestrator says when it is ready. */
  static String address(String ready) {
    return ready.replaceFirst(".*API at (http://)?[^0-9a-z]*", "").replaceFirst("/.*", "").strip();
  }

  /** What an orchestrator answers a scrape; nothing while it does not. */
  String metrics(ServiceProcess orchestrator) throws InterruptedException {
    Optional<String> ready = orchestrator.ready();
    if (ready.isEmpty()) {
      return "";
    }
    URI uri = URI.create("http://" + address(ready.get()) + "/metrics");
    try {
      return client
          .send(
              HttpRequest.newBuilder(uri).timeout(HTTP_PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }

  /** The status of an experiment; empty when nobody answers. */
  Optional<String> status(String experiment) throws InterruptedException, IOException {
    return get("/experiments/" + experiment).map(view -> view.get("status").asText());
  }

  /** Looks until a stage's standing in the journal is so. */
  StageJournal.Standing awaitStage(
      String stage, String what, Duration patience, Predicate<StageJournal.Standing> so)
      throws Exception {
    StageJournal journal = journal();
    AtomicReference<StageJournal.Standing> seen = new AtomicReference<>();
    await(
        stage + " " + what,
        patience,
        () -> {
          seen.set(StageJournal.standing(journal.stage(stage)));
          return so.test(seen.get());
        });
    return seen.get();
  }

  /** Looks until it is so. */
  static void await(String what, Duration patience, Callable<Boolean> so) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!so.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  /** What is known of an experiment that does not end. */
  String describe(String experiment) throws InterruptedException, IOException {
    StringBuilder text = new StringBuilder();
    text.append(get("/experiments/" + experiment)).append('\n');
    for (List<ServiceProcess> services : List.of(orchestrators, workers)) {
      for (ServiceProcess one : services) {
        List<String> lines = Files.readAllLines(one.log());
        int from = Math.max(0, lines.size() - LAST_LINES);
        text.append(one.name()).append(", of its log the last lines:\n");
        lines.subList(from, lines.size()).forEach(line -> text.append(line).append('\n'));
        text.append(Jstack.of(one.pid()));
      }
    }
    return text.toString();
  }

  /** Ends all as a service manager would, and sees that no process and no port is left. */
  void end() throws Exception {
    List<ServiceProcess> all = new ArrayList<>(workers);
    all.addAll(orchestrators);
    for (ServiceProcess one : all) {
      one.terminateAndHold();
    }
    for (ServiceProcess one : all) {
      if (!one.endsWithin(END_SECONDS)) {
        throw new AssertionError(one.name() + " did not end; see " + one.log());
      }
    }
    for (int port : ports) {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  private void closeProcesses() {
    workers.forEach(ServiceProcess::close);
    orchestrators.forEach(ServiceProcess::close);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    closeProcesses();
    postgres.close();
  }
}
