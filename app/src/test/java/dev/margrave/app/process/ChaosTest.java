package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An experiment on a cluster of real processes, to which many things happen, ends as if nothing had
 * happened. Long with {@code -Dmargrave.chaos=long}.
 */
@Timeout(1800)
class ChaosTest {
  private static final boolean LONG = "long".equals(System.getProperty("margrave.chaos"));
  private static final int FAULTS = LONG ? 40 : 8;
  private static final int EPOCHS = LONG ? 20 : 5;
  private static final int IMAGES = 512;
  private static final int BATCH = 32;
  private static final int STAGES = 14;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What differs between two runs of the same: how long and how often, and nothing else. */
  private static final List<String> EFFORT = List.of("attempts", "seconds", "imagesPerSecond");

  private static final String SPEC =
      """
      experiment {
        name = chaos
        dataset { name = shapes, train = %d, evaluate = 256 }
        seeds = [0, 1]
        teacher { components = [4], pca = [8] }
        vae { latent = 8, channels = [8, 16] }
        training { epochs = %d, batch = %d, evaluate-every = 1 epoch, checkpoint-every = 300 ms }
        collapse { maximum-epochs = 2 }
        arms = [full, ablation, rescue, drift, collapse, rescue-from-collapse]
        resources { max-attempts = 100 }
      }
      """
          .formatted(IMAGES, EPOCHS, BATCH);

  @Test
  void whateverHappensTheExperimentEndsAsIfNothingHad() throws Exception {
    long seed = Long.getLong("margrave.test.seed", System.nanoTime());
    Path folder = Files.createTempDirectory("margrave-chaos");
    List<String> story = new ArrayList<>();
    System.out.println(
        "ChaosTest: -Dmargrave.test.seed=" + seed + (LONG ? " -Dmargrave.chaos=long" : ""));
    try {
      run(seed, folder, story);
    } catch (Throwable e) {
      story.forEach(System.out::println);
      System.out.println("ChaosTest: the logs of all processes are in " + folder.resolve("logs"));
      throw e;
    }
    delete(folder);
  }

  private static void run(long seed, Path folder, List<String> story) throws Exception {
    Path spec = Files.writeString(folder.resolve("chaos.conf"), SPEC);
    List<Fault> schedule = Fault.schedule(FAULTS, new Random(seed));
    try (MargraveProcess undisturbed =
            MargraveProcess.start(
                folder, "run", spec, "--data-dir", folder.resolve("undisturbed"), "--json");
        ClusterProcesses cluster = ClusterProcesses.start(folder, 2, 3, settings())) {
      cluster.submit(spec);
      try (FaultInjector injector = new FaultInjector(cluster, (long) EPOCHS * (IMAGES / BATCH))) {
        for (Fault fault : schedule) {
          story.add(String.format("         %s", fault));
          story.set(story.size() - 1, injector.inject(fault));
        }
        assertTrue(
            !cluster.status("chaos").equals(Optional.of("finished")),
            "it ended before all faults had happened: more epochs are wanted");
      }
      try {
        ClusterProcesses.await(
            "the experiment ends",
            PATIENCE,
            () -> cluster.status("chaos").equals(Optional.of("finished")));
      } catch (AssertionError e) {
        story.add(cluster.describe("chaos"));
        throw e;
      }
      JsonNode results = cluster.get("/experiments/chaos/results").orElseThrow();
      Map<String, List<StageJournal.Entry>> stages = cluster.journal().stages();
      assertEquals(STAGES, stages.size(), stages.keySet()::toString);
      stages.forEach(JournalRules::check);
      LeftFiles.checkSoon(cluster.artefacts(), stages);
      LeftFiles.checkResults(cluster.artefacts(), stages);
      undisturbed.exitCode();
      JsonNode expected =
          JSON.readTree(folder.resolve("undisturbed/experiments/chaos/results.json").toFile());
      assertEquals(comparable(expected), comparable(results));
      cluster.end();
    }
  }

  /** A worker whose disk was full is trusted again soon: here it is the same disk, emptied. */
  private static List<String> settings() {
    return List.of("margrave.orchestrator.scheduler.exclude-for = 5 s");
  }

  private static JsonNode comparable(JsonNode results) {
    for (String list : List.of("arms", "teachers")) {
      results.get(list).forEach(row -> ((ObjectNode) row).remove(EFFORT));
    }
    return results;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
