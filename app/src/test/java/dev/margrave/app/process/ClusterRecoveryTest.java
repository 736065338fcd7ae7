package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One fault at a time, to a cluster that trains one arm without end. */
@Timeout(300)
class ClusterRecoveryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final AtomicInteger NAMES = new AtomicInteger();

  @TempDir static Path folder;
  private static ClusterProcesses cluster;
  private String experiment;
  private String stage;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = ClusterProcesses.start(folder, 2, 2, List.of());
  }

  @AfterAll
  static void endCluster() throws Exception {
    try (ClusterProcesses ending = cluster) {
      ending.end();
    }
  }

  @BeforeEach
  void trainWithoutEnd() throws Exception {
    experiment = "endless" + NAMES.incrementAndGet();
    stage = experiment + "/full-0";
    cluster.submit(
        Files.writeString(
            folder.resolve(experiment + ".conf"),
            """
            experiment {
              name = %s
              dataset { name = shapes, train = 512, evaluate = 64 }
              teacher { components = [4], pca = [8] }
              vae { latent = 8, channels = [8, 16] }
              training {
                epochs = 10000, batch = 32, evaluate-every = 100 epochs, checkpoint-every = 300 ms
              }
              arms = [full]
            }
            """
                .formatted(experiment)));
    cluster.awaitStage(stage, "trains", PATIENCE, standing -> standing.checkpoints() >= 3);
  }

  @AfterEach
  void stopTraining() throws Exception {
    ClusterProcesses.await(
        "the cancel is taken",
        PATIENCE,
        () -> cluster.post("/experiments/" + experiment + "/cancel", "{}").isPresent());
    cluster.awaitStage(stage, "is over", PATIENCE, standing -> standing.worker().isEmpty());
  }

  private StageJournal.Standing standing() throws Exception {
    return StageJournal.standing(cluster.journal().stage(stage));
  }

  /** More checkpoints are committed than now, by that attempt. */
  private void goesOn(int attempt, int checkpoints) throws Exception {
    StageJournal.Standing later =
        cluster.awaitStage(
            stage,
            "goes on",
            PATIENCE,
            standing -> standing.checkpoints() >= checkpoints + 3 || standing.attempt() > attempt);
    assertEquals(attempt, later.attempt(), "attempt that was not disturbed");
  }

  private JsonNode endOf(int attempt) throws Exception {
    return cluster.journal().stage(stage).stream()
        .filter(entry -> entry.is("stage-attempt-ended") && entry.attempt() == attempt)
        .findFirst()
        .orElseThrow()
        .event();
  }

  @Test
  void aWorkerThatIsAskedToEndHandsBackAndAnotherGoesOn() throws Exception {
    StageJournal.Standing before = standing();
    ServiceProcess worker = cluster.worker(before.worker().orElseThrow());
    worker.terminateAndHold();
    assertTrue(worker.endsWithin(20), "it ends within the grace period");
    StageJournal.Standing after =
        cluster.awaitStage(
            stage,
            "goes on elsewhere",
            PATIENCE,
            standing ->
                standing.attempt() > before.attempt()
                    && standing.checkpoints() > before.checkpoints() + 1);
    assertEquals(before.attempt() + 1, after.attempt());
    assertFalse(after.worker().equals(before.worker()), "another worker has it");
    JsonNode end = endOf(before.attempt());
    assertEquals("handed-back", end.get("outcome").get("type").asText());
    assertFalse(end.get("counted").asBoolean());
    worker.release();
  }

  @Test
  void aKilledWorkerIsReplacedFromItsLastCheckpoint() throws Exception {
    StageJournal.Standing before = standing();
    cluster.worker(before.worker().orElseThrow()).kill();
    StageJournal.Standing after =
        cluster.awaitStage(
            stage,
            "goes on",
            PATIENCE,
            standing ->
                standing.attempt() > before.attempt()
                    && standing.checkpoints() > before.checkpoints() + 1);
    assertEquals(before.attempt() + 1, after.attempt());
    assertEquals("LOST", endOf(before.attempt()).get("outcome").get("kind").asText());
    assertTrue(
        after.checkpoint().orElseThrow().get("step").asLong()
            > before.checkpoint().orElseThrow().get("step").asLong());
  }

  @Test
  void aWorkerThatStandsStillForLessThanTheLeaseKeepsItsAttempt() throws Exception {
    StageJournal.Standing before = standing();
    ServiceProcess worker = cluster.worker(before.worker().orElseThrow());
    worker.freeze();
    TimeUnit.SECONDS.sleep(3);
    worker.thaw();
    goesOn(before.attempt(), standing().checkpoints());
  }

  @Test
  void aZombieCommitsNothingAndTakesNewWork() throws Exception {
    StageJournal.Standing before = standing();
    ServiceProcess zombie = cluster.worker(before.worker().orElseThrow());
    zombie.freeze();
    StageJournal.Standing after;
    try {
      after =
          cluster.awaitStage(
              stage,
              "goes on elsewhere",
              PATIENCE,
              standing ->
                  standing.attempt() > before.attempt()
                      && standing.checkpoints() > before.checkpoints() + 1);
    } finally {
      zombie.thaw();
    }
    ClusterProcesses.await(
        "the zombie is silent",
        PATIENCE,
        () ->
            Files.readString(zombie.log())
                .contains(stage + "#" + before.attempt() + " is superseded"));
    goesOn(after.attempt(), standing().checkpoints());
    List<StageJournal.Entry> events = cluster.journal().stage(stage);
    int present = 0;
    for (StageJournal.Entry entry : events) {
      if (entry.is("stage-assigned")) {
        present = entry.attempt();
      } else if (entry.is("stage-checkpoint-committed")) {
        assertEquals(present, entry.event().get("checkpoint").get("attempt").get("number").asInt());
      }
    }
  }

  @Test
  void orchestratorsThatAreKilledDisturbNoStage() throws Exception {
    for (ServiceProcess orchestrator : cluster.orchestrators()) {
      StageJournal.Standing before = standing();
      orchestrator.kill();
      goesOn(before.attempt(), before.checkpoints());
      awaitOneCluster();
      awaitOneThatShowsIt();
    }
    StageJournal.Standing before = standing();
    for (ServiceProcess orchestrator : cluster.orchestrators()) {
      orchestrator.kill();
    }
    goesOn(before.attempt(), before.checkpoints());
    awaitOneCluster();
  }

  @Test
  void anOrchestratorThatStandsStillWhileTheOtherStartsAnewLeadsToOneCluster() throws Exception {
    StageJournal.Standing before = standing();
    cluster.orchestrator(1).freeze();
    int starts;
    try {
      starts = cluster.orchestrator(0).starts();
      cluster.orchestrator(0).kill();
      ClusterProcesses.await(
          "the first one is up",
          PATIENCE,
          () ->
              cluster.orchestrator(0).starts() > starts
                  && cluster.orchestrator(0).ready().isPresent()
                  && cluster.get("/workers").isPresent());
    } finally {
      cluster.orchestrator(1).thaw();
    }
    awaitOneCluster();
    goesOn(before.attempt(), standing().checkpoints());
  }

  @Test
  void anOrchestratorThatStandsStillUntilItIsRemovedEndsAndComesBack() throws Exception {
    awaitOneCluster();
    for (int i = 0; i < 2; i++) {
      StageJournal.Standing before = standing();
      ServiceProcess frozen = cluster.orchestrator(i);
      ServiceProcess other = cluster.orchestrator(1 - i);
      int starts = frozen.starts();
      int startsOfOther = other.starts();
      frozen.freeze();
      try {
        ClusterProcesses.await(
            "the other one has removed it",
            PATIENCE,
            () -> cluster.members(other).map(Set::size).equals(Optional.of(1)));
      } finally {
        frozen.thaw();
      }
      ClusterProcesses.await("it is started again", PATIENCE, () -> frozen.starts() > starts);
      assertEquals(startsOfOther, other.starts());
      assertTrue(Files.readString(frozen.log()).contains("the others removed it"));
      goesOn(before.attempt(), before.checkpoints());
      awaitOneCluster();
    }
  }

  @Test
  void aDatabaseThatIsAwayDisturbsNoStage() throws Exception {
    StageJournal.Standing before = standing();
    cluster.postgres().stop();
    TimeUnit.SECONDS.sleep(10);
    cluster.postgres().startAgain();
    goesOn(before.attempt(), before.checkpoints());
    cluster.postgres().cutConnections(cluster.database());
    goesOn(before.attempt(), standing().checkpoints());
  }

  /** One orchestrator shows the running stage in its metrics, the other one no more. */
  private void awaitOneThatShowsIt() throws Exception {
    ClusterProcesses.await(
        "one orchestrator shows the stage",
        PATIENCE,
        () -> {
          int shown = 0;
          for (ServiceProcess orchestrator : cluster.orchestrators()) {
            shown += shows(cluster.metrics(orchestrator)) ? 1 : 0;
          }
          return shown == 1;
        });
  }

  private boolean shows(String metrics) {
    String label = "experiment=\"" + experiment + "\"";
    return metrics
        .lines()
        .anyMatch(
            line ->
                line.startsWith("margrave_stage_state{")
                    && line.contains(label)
                    && line.contains("stage=\"full-0\"")
                    && line.endsWith(" 2.0"));
  }

  /** Both orchestrators see both, through the management interface of each. */
  private static void awaitOneCluster() throws Exception {
    ClusterProcesses.await(
        "both orchestrators are in one cluster",
        PATIENCE,
        () -> {
          Set<Optional<Set<String>>> views = new HashSet<>();
          for (ServiceProcess orchestrator : cluster.orchestrators()) {
            views.add(cluster.members(orchestrator));
          }
          return views.size() == 1 && views.iterator().next().map(Set::size).equals(Optional.of(2));
        });
  }
}
