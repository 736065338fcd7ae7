package dev.margrave.k8s.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.margrave.k8s.manifest.Manifests;
import dev.margrave.orchestrator.journal.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The overlay {@code prod} on one machine, from nothing to a report: an experiment is submitted, a
 * worker's node and an orchestrator's node are lost, everything is rolled over to a new version,
 * and it goes on.
 *
 * <p>Runs as root in namespaces of its own (mounts, network, processes). Arguments: the rendered
 * overlay, the same with the new version, the experiment's file, the folder for all that is made,
 * the folder with the images' trees, the checkout. Writes {@code summary.json} and {@code report/}
 * there; a failure ends it with a stack trace and another exit code than 0.
 */
public final class Rehearsal {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAMESPACE = "margrave";
  private static final String ORCHESTRATOR = "margrave-orchestrator";
  private static final String WORKER = "margrave-worker";
  private static final int POSTGRES_PORT = 5432;
  private static final String PASSWORD = "of-the-journal";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration ROLL_LIMIT = Duration.ofMinutes(6);
  private static final Duration RUN_LIMIT = Duration.ofMinutes(12);

  /** Less than the test has, so that it can tell what happened. */
  private static final Duration LIMIT = Duration.ofMinutes(25);

  /** Of the program {@code timeout}. */
  private static final String TIMED_OUT = "124";

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final Path folder;
  private final Path trees;
  private final String experiment;
  private final String writeToken = "write-" + "0123456789abcdef";
  private final String tag;
  private final ObjectNode summary = JSON.createObjectNode();
  private final TestPostgres postgres;
  private final RehearsalCluster cluster;
  private Optional<Pod> lost = Optional.empty();

  private Rehearsal(Path folder, Path trees, Path checkout, String experiment, Manifests manifests)
      throws IOException {
    this.folder = folder;
    this.trees = trees;
    this.experiment = experiment;
    this.tag =
        manifests
            .workload(ORCHESTRATOR)
            .template()
            .getSpec()
            .getContainers()
            .get(0)
            .getImage()
            .replaceFirst(".*:", "");
    PodNetwork network = PodNetwork.open();
    this.postgres = TestPostgres.start();
    postgres.addUser("margrave", PASSWORD);
    postgres.execute("CREATE DATABASE margrave OWNER margrave");
    int port = URI.create(postgres.url("margrave").substring("jdbc:".length())).getPort();
    this.cluster =
        new RehearsalCluster(
            folder,
            network,
            manifests,
            NAMESPACE,
            new Containers(trees, checkout.resolve("images/Dockerfile")),
            secrets(checkout.resolve("scripts")));
    Forwarder.start(PodNetwork.OUTSIDE, POSTGRES_PORT, port);
  }

  /** As a user makes them before the first apply. */
  private Map<String, Map<String, String>> secrets(Path scripts) throws IOException {
    Path tls = folder.resolve("certificates");
    Tool.run(scripts.resolve("make-test-ca").toString(), tls.toString(), "margrave");
    return Map.of(
        "margrave-tokens", Map.of("write", writeToken, "read", "read-0123456789abcdef"),
        "margrave-journal",
            Map.of(
                "url",
                "jdbc:postgresql://%s:%d/margrave".formatted(PodNetwork.OUTSIDE, POSTGRES_PORT),
                "user",
                "margrave",
                "password",
                PASSWORD),
        "margrave-tls",
            Map.of(
                "tls.crt", Files.readString(tls.resolve("margrave.pem")),
                "tls.key", Files.readString(tls.resolve("margrave-key.pem")),
                "ca.crt", Files.readString(tls.resolve("ca.pem"))));
  }

  /** Rehearses. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[3]);
    Path spec = Path.of(arguments[2]);
    Manifests manifests = Manifests.parse(Files.readString(Path.of(arguments[0])));
    Manifests next = Manifests.parse(Files.readString(Path.of(arguments[1])));
    String experiment = spec.getFileName().toString().replaceFirst("\\.conf$", "");
    Thread limit = new Thread(Rehearsal::endLate, "limit");
    limit.setDaemon(true);
    limit.start();
    int status = 0;
    try {
      Rehearsal rehearsal =
          new Rehearsal(
              folder, Path.of(arguments[4]), Path.of(arguments[5]), experiment, manifests);
      try {
        rehearsal.play(spec, manifests, next);
      } finally {
        rehearsal.postgres.close();
        Files.writeString(
            folder.resolve("summary.json"), rehearsal.summary.toPrettyString() + "\n");
      }
    } catch (Exception | Error e) {
      // Threads of the cluster would keep the process alive.
      e.printStackTrace();
      status = 1;
    }
    System.exit(status);
  }

  private static void endLate() {
    try {
      Thread.sleep(LIMIT.toMillis());
      Events.say("not within " + LIMIT + ": the end");
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void play(Path spec, Manifests manifests, Manifests next) throws Exception {
    cluster.apply(manifests);
    cluster.await("all pods are ready", START_LIMIT, cluster::isDone);
    summary.put("members", members().size());
    strangers();

    outside("submit", spec.toString());
    cluster.await(
        "a worker trains, and a checkpoint is committed",
        RUN_LIMIT,
        () -> checkpoints() > 0 && busy().isPresent());
    cluster.lose(lost.orElseThrow());
    Pod oldest = oldest();
    cluster.lose(oldest);
    cluster.await("the lost pods were replaced", START_LIMIT, cluster::isDone);
    cluster.await("one cluster of three", START_LIMIT, () -> members().size() == 3);

    cluster.apply(next);
    cluster.await("the new version runs everywhere", ROLL_LIMIT, cluster::isDone);
    cluster.await("one cluster of three again", START_LIMIT, () -> members().size() == 3);
    summary.put("runningAfterTheRoll", awaitState());
    summary.set("versions", JSON.valueToTree(versions()));

    cluster.await(
        "the experiment is over", RUN_LIMIT, () -> !Set.of("running", "").contains(state()));
    outside("status", experiment);
    outside("report", experiment, "--out", folder.resolve("report").toString());
    summary.put("state", awaitState());
    summary.put("clustersFormed", lines("forming new cluster"));

    cluster.delete();
    cluster.await("all pods have ended", START_LIMIT, () -> cluster.pods().isEmpty());
    summary.set("memory", JSON.valueToTree(cluster.memory()));
    summary.set("ended", JSON.valueToTree(cluster.ended()));
    summary.set("restarts", JSON.valueToTree(cluster.restarts()));
    summary.set("apiServed", JSON.valueToTree(cluster.api().served()));
    summary.set("apiRefused", JSON.valueToTree(cluster.api().refused()));
  }

  /** What somebody outside of the cluster asks, through a forwarded port. */
  private void outside(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Containers.classPath(trees.resolve("margrave-orchestrator-" + tag)),
                "dev.margrave.app.Main"));
    command.addAll(Arrays.asList(words));
    command.addAll(List.of("--server", "http://" + ready().address() + ":8080"));
    command.addAll(List.of("--token", writeToken));
    Events.say(Tool.run(command.toArray(String[]::new)).strip());
  }

  private Pod ready() {
    return cluster.pods(ORCHESTRATOR).stream().filter(Pod::isReady).findFirst().orElseThrow();
  }

  private String get(Pod pod, int port, String path) throws IOException {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(
                      URI.create("http://%s:%d%s".formatted(pod.address(), port, path)))
                  .header("Authorization", "Bearer " + writeToken)
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private JsonNode api(String path) {
    try {
      return JSON.readTree(get(ready(), 8080, "/api/v1/" + path));
    } catch (IOException | RuntimeException e) {
      return JSON.createObjectNode();
    }
  }

  /** Of the experiment; empty: nobody answers now. */
  private String state() {
    return api("experiments/" + experiment).path("status").asText("");
  }

  private String awaitState() throws InterruptedException {
    cluster.await("an orchestrator answers", START_LIMIT, () -> !state().isEmpty());
    return state();
  }

  /** A worker that trains; also kept as the one to be lost. */
  private Optional<Pod> busy() {
    Set<String> names = new TreeSet<>();
    api("workers")
        .path("workers")
        .forEach(
            worker -> {
              if (!worker.path("running").isEmpty()) {
                names.add(worker.path("worker").asText());
              }
            });
    lost = cluster.pods(WORKER).stream().filter(pod -> names.contains(pod.name())).findFirst();
    return lost;
  }

  /** Committed ones, as the journal has them. */
  private int checkpoints() {
    String sql =
        "SELECT count(*) FROM event_journal"
            + " WHERE position('stage-checkpoint-committed'::bytea IN event_payload) > 0";
    try (Connection connection =
            DriverManager.getConnection(postgres.url("margrave"), "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** On which every orchestrator agrees; empty: they do not agree. */
  private Set<String> members() {
    Set<Set<String>> views =
        cluster.pods(ORCHESTRATOR).stream().map(this::seenBy).collect(Collectors.toSet());
    return views.size() == 1 ? views.iterator().next() : Set.of();
  }

  private Set<String> seenBy(Pod pod) {
    Set<String> members = new TreeSet<>();
    try {
      JsonNode answer = JSON.readTree(get(pod, 8558, "/cluster/members"));
      for (JsonNode member : answer.path("members")) {
        members.add(member.path("node").asText() + " " + member.path("status").asText());
      }
    } catch (IOException e) {
      members.add(pod.name() + " does not answer");
    }
    return members;
  }

  /** The one that schedules. */
  private Pod oldest() throws IOException {
    String node = JSON.readTree(get(ready(), 8558, "/cluster/members")).path("oldest").asText();
    return cluster.pods(ORCHESTRATOR).stream()
        .filter(pod -> node.contains("@" + pod.address() + ":"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("who is " + node + "?"));
  }

  /** By pod, the version that it says it is. */
  private Map<String, String> versions() {
    return cluster.pods().stream().collect(Collectors.toMap(Pod::name, this::version));
  }

  private String version(Pod pod) {
    try {
      return get(pod, pod.workload().equals(WORKER) ? 9464 : 8080, "/metrics")
          .lines()
          .filter(line -> line.startsWith("margrave_build_info"))
          .map(line -> line.replaceFirst(".*version=\"([^\"]*)\".*", "$1"))
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Lines of all containers' logs that hold a text. */
  private long lines(String text) throws IOException {
    long count = 0;
    try (Stream<Path> logs = Files.walk(folder.resolve("pods"), 2)) {
      for (Path log : logs.filter(file -> file.endsWith("container.log")).toList()) {
        count += Files.readString(log).lines().filter(line -> line.contains(text)).count();
      }
    }
    return count;
  }

  /** What a pod that nothing is known of reaches: by name of the port. */
  private void strangers() {
    String stranger = "stranger";
    cluster.stranger(stranger, "10.244.1.1");
    ObjectNode reached = summary.putObject("strangerReaches");
    Pod orchestrator = ready();
    Pod worker = cluster.pods(WORKER).get(0);
    for (int port : List.of(25520, 8558, 8080)) {
      reached.put("orchestrator:" + port, reaches(stranger, orchestrator, port));
    }
    for (int port : List.of(25521, 9464)) {
      reached.put("worker:" + port, reaches(stranger, worker, port));
    }
    ObjectNode others = summary.putObject("workerReaches");
    String inWorker = cluster.network(worker);
    Pod other = cluster.pods(WORKER).get(1);
    others.put("orchestrator:25520", reaches(inWorker, orchestrator, 25520));
    others.put("orchestrator:8558", reaches(inWorker, orchestrator, 8558));
    others.put("worker:25521", reaches(inWorker, other, 25521));
  }

  /** Whether it is let through: what is not is dropped, and no answer comes. */
  private static boolean reaches(String network, Pod pod, int port) {
    String connect =
        "timeout 3 bash -c 'exec 3<>/dev/tcp/%s/%d'; echo $?".formatted(pod.address(), port);
    String status = Tool.run("ip", "netns", "exec", network, "bash", "-c", connect).strip();
    return switch (status) {
      case "0" -> true;
      case TIMED_OUT -> false;
      default -> throw new IllegalStateException(connect + " ends with " + status);
    };
  }
}
