package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.margrave.app.grafana.Asked;
import dev.margrave.app.grafana.GrafanaFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alerts on a real Prometheus server that scrapes a real cluster. */
@Timeout(420)
@EnabledIfSystemProperty(
    named = "margrave.prometheus",
    matches = "real",
    disabledReason = "a cluster, trained and scraped for minutes: -Dmargrave.prometheus=real")
class GrafanaOnPrometheusTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double ACCURACY_NATS = 1e-6;
  private static final int BETWEEN_LOOKS_MS = 1000;
  private static final int HOLD_SECONDS = 40;

  /** Two seeds: a teacher and three arms each. */
  private static final int STAGES = 8;

  /** What a healthy run on any machine need not show, by a part of where or what, and why. */
  private static final Map<String, String> SPECIAL =
      Map.of(
          "margrave_gpu_memory", "needs a GPU",
          "recovery_seconds", "nothing breaks in a healthy run; shown by the other test",
          "mark restart", "the same");

  @TempDir Path folder;

  @BeforeEach
  void prometheusIsThere() throws InterruptedException {
    PrometheusServer.assumeThere();
  }

  /** Every question has an answer while or after a run, and the margin is the certificate's. */
  @Test
  void everyPanelAndRuleIsAnsweredFromARealRun() throws Exception {
    int port = freePort();
    try (ClusterProcesses cluster = cluster(port, List.of());
        PrometheusServer prometheus = watching(cluster, port, Map.of())) {
      cluster.submit(
          experiment("watched", "seeds = [0, 1], arms = [full, ablation, rescue]", "epochs = 6"));
      List<Asked> open = new ArrayList<>(asked());
      open.removeIf(GrafanaOnPrometheusTest::special);
      assertTrue(open.size() > 40, () -> "questions: " + open.size());
      ClusterProcesses.await(
          "it ends",
          PATIENCE,
          () -> {
            open.removeAll(answered(prometheus, open));
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MS);
            return over(cluster, "watched");
          });
      ClusterProcesses.await(
          "the end is scraped",
          PATIENCE,
          () -> prometheus.query("margrave_stage_state == 3").size() == STAGES);
      open.removeAll(answered(prometheus, open));
      assertEquals(List.of(), open, "unanswered");
      JsonNode arms = cluster.get("/experiments/watched/results").orElseThrow().get("arms");
      assertEquals(STAGES - 2, arms.size());
      String margins = panel("Margin against the boundary", "A");
      for (JsonNode arm : arms) {
        double certified = arm.get("marginNats").asDouble();
        assertEquals(certified, shown(prometheus, margins, arm), ACCURACY_NATS, arm::toString);
      }
      cluster.end();
    }
  }

  /** What goes wrong here goes wrong really; only the alerts' patience is shortened. */
  @Test
  void alertsFireInRealSituations() throws Exception {
    int port = freePort();
    Map<String, String> hasty =
        Map.of("for: \\d+m", "for: 1s", "\\[10m\\]", "[8s]", "\\[5m\\]", "[10s]");
    try (ClusterProcesses cluster = cluster(port, List.of("margrave.orchestrator.lease=15s"));
        PrometheusServer prometheus = watching(cluster, port, hasty)) {
      // Nothing is learnt: the witness stays the constant that it begins as.
      cluster.submit(
          experiment(
              "alarming", "seeds = [0, 1], arms = [full]", "epochs = 10000, learning-rate = 1e-9"));
      fires(prometheus, "MargraveNoFreeWorker");
      fires(prometheus, "MargraveMarginNegative");
      assertFalse(firing(prometheus, "MargraveStageStalled"), "it trains");
      assertFalse(firing(prometheus, "MargraveTargetDown"), "it answers");
      assertFalse(firing(prometheus, "MargraveJournalSlow"), "the journal is quick");
      holdUpTheJournal(cluster);
      fires(prometheus, "MargraveJournalSlow");
      ServiceProcess worker = cluster.worker(0);
      worker.freeze();
      fires(prometheus, "MargraveStageStalled");
      fires(prometheus, "MargraveTargetDown");
      assertFalse(firing(prometheus, "MargraveRecoverySlow"), "nothing was recovered yet");
      worker.killAndHold();
      // After the lease, longer than a recovery may take.
      TimeUnit.SECONDS.sleep(HOLD_SECONDS);
      worker.release();
      fires(prometheus, "MargraveRecoverySlow");
      for (Asked asked : asked()) {
        if (special(asked) && !asked.expr().contains("margrave_gpu_memory")) {
          prometheus.await(asked.substituted("30s"), PATIENCE);
        }
      }
      cluster.end();
    }
  }

  /** For 3 seconds nothing is written into it. */
  private static void holdUpTheJournal(ClusterProcesses cluster) throws Exception {
    String url = cluster.postgres().url(cluster.database());
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table event_journal in exclusive mode");
      statement.execute("select pg_sleep(3)");
      connection.rollback();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private ClusterProcesses cluster(int port, List<String> settings) throws IOException {
    List<String> all = new ArrayList<>(settings);
    all.add("margrave.worker.metrics.port=" + port);
    return ClusterProcesses.start(folder, 1, 1, all);
  }

  /** With the committed rules, some of their text replaced. */
  private PrometheusServer watching(
      ClusterProcesses cluster, int port, Map<String, String> replacements) throws Exception {
    ClusterProcesses.await(
        "the nodes are ready",
        PATIENCE,
        () -> cluster.orchestrator(0).ready().isPresent() && cluster.worker(0).ready().isPresent());
    String orchestrator =
        cluster
            .orchestrator(0)
            .ready()
            .orElseThrow()
            .replaceFirst(".*API at (http://)?[^0-9a-z]*", "");
    List<Path> rules = new ArrayList<>();
    for (Path file : GrafanaFiles.files("prometheus/rules", ".yml")) {
      String text = Files.readString(file);
      for (Map.Entry<String, String> one : replacements.entrySet()) {
        text = text.replaceAll(one.getKey(), one.getValue());
      }
      rules.add(Files.writeString(folder.resolve(file.getFileName()), text));
    }
    return PrometheusServer.start(
        folder.resolve("prometheus"),
        List.of(orchestrator.replaceFirst("/.*", "").strip(), "127.0.0.1:" + port),
        rules);
  }

  private static List<Asked> asked() throws IOException {
    List<Asked> all = new ArrayList<>(Asked.byPanels());
    all.addAll(Asked.byMarks());
    all.addAll(Asked.byVariables());
    all.addAll(Asked.byRecordingRules());
    return all;
  }

  private Path experiment(String name, String more, String training) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".conf"),
        """
        experiment {
          name = %s
          dataset { name = shapes, train = 1024, evaluate = 256 }
          teacher { components = [4], pca = [8] }
          vae { latent = 8, channels = [8, 16] }
          training { %s, batch = 32, evaluate-every = 1 epoch, checkpoint-every = 500 ms }
          %s
        }
        """
            .formatted(name, training, more));
  }

  private static boolean special(Asked asked) {
    return SPECIAL.keySet().stream()
        .anyMatch(part -> asked.expr().contains(part) || asked.where().contains(part));
  }

  /** Those of them that Prometheus has a number for. */
  private static List<Asked> answered(PrometheusServer prometheus, List<Asked> open)
      throws Exception {
    List<Asked> answered = new ArrayList<>();
    for (Asked asked : open) {
      for (JsonNode series : prometheus.query(asked.substituted("10s"))) {
        if (!series.get("value").get(1).asText().equals("NaN")) {
          answered.add(asked);
        }
      }
    }
    return answered;
  }

  private static boolean over(ClusterProcesses cluster, String experiment) throws Exception {
    return cluster.status(experiment).filter(status -> status.equals("finished")).isPresent();
  }

  private static String panel(String title, String query) throws Exception {
    String end = ", " + title + ", " + query;
    return Asked.byPanels().stream()
        .filter(asked -> asked.where().endsWith(end))
        .findFirst()
        .orElseThrow()
        .substituted("10s");
  }

  private static double shown(PrometheusServer prometheus, String panel, JsonNode arm)
      throws Exception {
    for (JsonNode series : prometheus.query(panel)) {
      JsonNode labels = series.get("metric");
      if (labels.get("arm").asText().equals(arm.get("arm").asText())
          && labels.get("seed").asText().equals(arm.get("seed").asText())) {
        return series.get("value").get(1).asDouble();
      }
    }
    throw new AssertionError("the panel shows nothing of " + arm);
  }

  private static void fires(PrometheusServer prometheus, String alert) throws Exception {
    ClusterProcesses.await(alert + " fires", PATIENCE, () -> firing(prometheus, alert));
  }

  private static boolean firing(PrometheusServer prometheus, String alert) throws Exception {
    for (JsonNode one : prometheus.alerts()) {
      if (one.get("labels").get("alertname").asText().equals(alert)
          && one.get("state").asText().equals("firing")) {
        return true;
      }
    }
    return false;
  }
}
