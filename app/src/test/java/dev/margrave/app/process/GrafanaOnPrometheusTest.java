package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.margrave.app.grafana.Asked;
import dev.margrave.app.grafana.GrafanaFiles;
import java.io.IOException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alerts on a real Prometheus server that scrapes real runs. */
@Timeout(420)
class GrafanaOnPrometheusTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Pattern PAGE = Pattern.compile("page http://([0-9.:]+)/");
  private static final int HOLD_SECONDS = 40;

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

  /** Every question has an answer while it runs. */
  @Test
  void everyPanelAndRuleIsAnsweredFromAQuickstart() throws Exception {
    try (MargraveProcess quickstart =
        MargraveProcess.start(folder, "quickstart", "--data-dir", folder.resolve("data"))) {
      quickstart.waitFor("page http");
      Matcher page = PAGE.matcher(quickstart.printed());
      assertTrue(page.find(), quickstart::toString);
      try (PrometheusServer prometheus =
          PrometheusServer.start(
              folder.resolve("prometheus"), List.of(page.group(1)), rules(Map.of()))) {
        List<Asked> open = new ArrayList<>(asked());
        open.removeIf(GrafanaOnPrometheusTest::special);
        assertTrue(open.size() > 40, () -> "questions: " + open.size());
        while (!open.isEmpty() && !quickstart.endsWithin(BETWEEN_LOOKS)) {
          open.removeAll(answered(prometheus, open));
        }
        assertEquals(List.of(), open, "unanswered");
        assertEquals(0, quickstart.exitCode());
      }
    }
  }

  /** What goes wrong here goes wrong really; only the alerts' patience is shortened. */
  @Test
  void alertsFireInRealSituations() throws Exception {
    int port = Ports.free();
    Map<String, String> hasty =
        Map.of(
            "for: \\d+m",
            "for: 1s",
            "\\[5m\\]",
            "[10s]",
            "margin_nats\\[15m\\]",
            "margin_nats[10s]");
    try (ClusterProcesses cluster = cluster(port, List.of("margrave.orchestrator.lease=15s"));
        PrometheusServer prometheus = watching(cluster, port, hasty)) {
      // Few images are learnt by heart: certified at first, then the held-out margin falls.
      cluster.submit(
          experiment(
              "byheart",
              "arms = [full], alignment { safety-margin = 0.1 }",
              "epochs = 20000, learning-rate = 1e-2",
              64));
      fires(prometheus, "MargraveCertificateLost");
      fires(prometheus, "MargraveMarginFalling");
      assertTrue(cluster.post("/experiments/byheart/cancel", "{}").isPresent());
      // Nothing is learnt: the witness stays the constant that it begins as.
      cluster.submit(
          experiment(
              "alarming",
              "seeds = [0, 1], arms = [full]",
              "epochs = 10000, learning-rate = 1e-9",
              1024));
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
    String orchestrator = ClusterProcesses.address(cluster.orchestrator(0).ready().orElseThrow());
    return PrometheusServer.start(
        folder.resolve("prometheus"),
        List.of(orchestrator, "127.0.0.1:" + port),
        rules(replacements));
  }

  /** The committed ones, some of their text replaced. */
  private List<Path> rules(Map<String, String> replacements) throws IOException {
    List<Path> rules = new ArrayList<>();
    for (Path file : GrafanaFiles.files("prometheus/rules", ".yml")) {
      String text = Files.readString(file);
      for (Map.Entry<String, String> one : replacements.entrySet()) {
        text = text.replaceAll(one.getKey(), one.getValue());
      }
      rules.add(Files.writeString(folder.resolve(file.getFileName()), text));
    }
    return rules;
  }

  private static List<Asked> asked() throws IOException {
    List<Asked> all = new ArrayList<>(Asked.byPanels());
    all.addAll(Asked.byMarks());
    all.addAll(Asked.byVariables());
    all.addAll(Asked.byRecordingRules());
    return all;
  }

  private Path experiment(String name, String more, String training, int images)
      throws IOException {
    return Files.writeString(
        folder.resolve(name + ".conf"),
        """
        experiment {
          name = %s
          dataset { name = shapes, train = %d, evaluate = 256 }
          teacher { components = [4], pca = [8] }
          vae { latent = 8, channels = [8, 16] }
          training { %s, batch = 32, evaluate-every = 1 epoch, checkpoint-every = 500 ms }
          %s
        }
        """
            .formatted(name, images, training, more));
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
