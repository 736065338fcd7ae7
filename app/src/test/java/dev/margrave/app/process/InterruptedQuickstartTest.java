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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart, killed and interrupted at random instants, ends with the same certificates. */
@TestMethodOrder(MethodOrderer.Random.class)
@Timeout(1800)
class InterruptedQuickstartTest {
  private static final int KILLS = 10;
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What differs between two runs of the same: how long and how often, and nothing else. */
  private static final List<String> EFFORT = List.of("attempts", "seconds", "imagesPerSecond");

  @TempDir static Path folder;
  private static JsonNode expected;
  private static long wholeRunMs;

  @BeforeAll
  static void runWhole() throws Exception {
    long start = System.nanoTime();
    assertEquals(0, finish(folder.resolve("whole")));
    wholeRunMs = Duration.ofNanos(System.nanoTime() - start).toMillis();
    expected = results(folder.resolve("whole"));
    System.out.println("an uninterrupted quickstart takes " + wholeRunMs + " ms");
  }

  private static MargraveProcess start(Path dataDirectory) throws IOException {
    Files.createDirectories(dataDirectory);
    return MargraveProcess.start(
        dataDirectory,
        "quickstart",
        "--data-dir",
        dataDirectory.toString(),
        "--out",
        dataDirectory.resolve("report").toString());
  }

  /** Runs, or goes on, to the end. */
  private static int finish(Path dataDirectory) throws Exception {
    try (MargraveProcess process = start(dataDirectory)) {
      assertTrue(process.endsWithin(LIMIT), process.printed());
      return process.exitCode();
    }
  }

  private static JsonNode results(Path dataDirectory) throws IOException {
    JsonNode results = JSON.readTree(dataDirectory.resolve("report/results.json").toFile());
    for (String list : List.of("arms", "teachers")) {
      results.get(list).forEach(row -> ((ObjectNode) row).remove(EFFORT));
    }
    return results;
  }

  private static Random random() {
    long seed = Long.getLong("margrave.test.seed", new Random().nextLong());
    System.out.println("InterruptedQuickstartTest: -Dmargrave.test.seed=" + seed);
    return new Random(seed);
  }

  @Test
  void tenKillsChangeNoBit() throws Exception {
    Random random = random();
    Path dataDirectory = folder.resolve("killed");
    int kills = 0;
    while (kills < KILLS) {
      long lifeMs = 500 + random.nextLong(Math.max(1, 3 * wholeRunMs / (2 * KILLS)));
      try (MargraveProcess process = start(dataDirectory)) {
        assertTrue(
            !process.endsWithin(Duration.ofMillis(lifeMs)), "it ended after " + kills + " kills");
        process.kill();
        kills++;
      }
    }
    assertEquals(0, finish(dataDirectory));
    assertEquals(expected, results(dataDirectory));
    assertNoTemporaries(dataDirectory);
  }

  @Test
  void interruptsCheckpointAndSayHowToGoOn() throws Exception {
    Random random = random();
    Path dataDirectory = folder.resolve("interrupted");
    for (int interrupt = 0; interrupt < 2; interrupt++) {
      try (MargraveProcess process = start(dataDirectory)) {
        while (!process.printed().contains(interrupt == 0 ? "ablation-0 epoch" : "quickstart")) {
          assertTrue(!process.endsWithin(Duration.ofMillis(100)), process.printed());
        }
        process.endsWithin(Duration.ofMillis(random.nextInt(3000)));
        process.interrupt();
        assertTrue(process.endsWithin(Duration.ofSeconds(30)), process.printed());
        assertEquals(130, process.exitCode(), process.printed());
        assertTrue(
            process.printed().contains("Everything is kept. Go on with: "), process.printed());
      }
    }
    assertEquals(0, finish(dataDirectory));
    assertEquals(expected, results(dataDirectory));
  }

  @Test
  void aFinishedRunAnswersAtOnce() throws Exception {
    try (MargraveProcess process = start(folder.resolve("whole"))) {
      assertTrue(process.endsWithin(Duration.ofSeconds(60)), process.printed());
      assertEquals(0, process.exitCode());
    }
    assertEquals(expected, results(folder.resolve("whole")));
  }

  private static void assertNoTemporaries(Path dataDirectory) throws IOException {
    try (var files = Files.walk(dataDirectory.resolve("experiments"))) {
      assertEquals(
          List.of(), files.filter(file -> file.toString().endsWith(".part")).sorted().toList());
    }
  }
}
