package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.app.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: killed, interrupted, two at once. */
class ProcessTest {
  private static final int KILLS = 5;

  @TempDir Path folder;

  @Test
  void killedAtAnyInstantARunEndsWithTheSameBits() throws Exception {
    long seed = Long.getLong("margrave.test.seed", System.nanoTime());
    Random random = new Random(seed);
    Path experiment = TinyExperiment.write(folder);
    Path clean = folder.resolve("clean");
    long begin = System.nanoTime();
    int exitCode;
    try (MargraveProcess process =
        MargraveProcess.start(folder, "run", experiment, "--data-dir", clean, "--json")) {
      exitCode = process.exitCode();
    }
    long cleanMs = (System.nanoTime() - begin) / 1_000_000;
    Path killed = folder.resolve("killed");
    int kills = 0;
    while (kills < KILLS) {
      try (MargraveProcess process =
          MargraveProcess.start(folder, "run", experiment, "--data-dir", killed, "--json")) {
        if (process.endsWithin(Duration.ofMillis(500 + random.nextLong(cleanMs / 2)))) {
          break;
        }
        process.kill();
        kills++;
      }
    }
    try (MargraveProcess process =
        MargraveProcess.start(folder, "run", experiment, "--data-dir", killed, "--json")) {
      assertEquals(exitCode, process.exitCode(), () -> "seed " + seed);
      assertEquals(comparable(clean), comparable(killed), "seed " + seed + ", " + kills + " kills");
    }
    assertTrue(kills > 0, "seed " + seed);
    assertEquals(
        ExitCode.DONE, Cli.plain().run("verify", killed.resolve("experiments/tiny")).exitCode());
  }

  @Test
  void anInterruptionKeepsEverythingAndSaysHowToGoOn() throws Exception {
    Path experiment = TinyExperiment.write(folder);
    Path data = folder.resolve("it's data");
    try (MargraveProcess process =
        MargraveProcess.start(folder, "run", experiment, "--data-dir", data)) {
      process.waitFor("full-0 epoch 1.00");
      process.interrupt();
      assertEquals(ExitCode.INTERRUPTED, process.exitCode());
      assertEquals(
          "Interrupted: writing checkpoints ...\n"
              + "Everything is kept. Go on with: ./margrave run %s --data-dir '%s'\n"
                  .formatted(experiment, data.toString().replace("'", "'\\''")),
          process.err());
      assertFalse(process.out().contains("\u001b"));
    }
    assertFalse(Files.exists(data.resolve("experiments/tiny/SHA256SUMS")));
    try (MargraveProcess process =
        MargraveProcess.start(folder, "run", experiment, "--data-dir", data)) {
      int exitCode = process.exitCode();
      assertTrue(exitCode == ExitCode.DONE || exitCode == ExitCode.NOT_SHOWN, process::toString);
      String said = process.out();
      assertTrue(said.matches("(?s).* experiment tiny goes on: [1-6] of 7 stages over\n.*"), said);
      assertFalse(said.contains("teacher-0 started"), said);
    }
  }

  @Test
  void aSecondProcessIsToldWhoHasTheDataDirectory() throws Exception {
    Path experiment = TinyExperiment.write(folder);
    Path data = folder.resolve("data");
    // Long enough to be there still when the second one comes; it is killed at the end.
    try (MargraveProcess first =
        MargraveProcess.start(
            folder, "run", experiment, "--data-dir", data, "--set", "training.epochs=10000")) {
      first.waitFor("teacher-0 started");
      try (MargraveProcess second =
          MargraveProcess.start(folder, "run", experiment, "--data-dir", data)) {
        assertEquals(ExitCode.BAD_INPUT, second.exitCode());
        assertTrue(second.err().contains(" is in use by process "), second.err());
      }
      first.kill();
    }
  }

  @Test
  void aSmallCommandNeedsNoDataDirectory() throws Exception {
    Path data = folder.resolve("never made");
    try (MargraveProcess process =
        MargraveProcess.start(folder, "data", "list", "--data-dir", data)) {
      assertEquals(ExitCode.DONE, process.exitCode());
      assertEquals("", process.err());
      assertTrue(process.out().contains("shapes"));
    }
    assertFalse(Files.exists(data));
  }

  /** results.json without what may differ: attempts and times. */
  private static JsonNode comparable(Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve("experiments/tiny/results.json");
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    for (String list : List.of("arms", "teachers")) {
      for (JsonNode row : json.get(list)) {
        ((ObjectNode) row).remove(List.of("attempts", "seconds", "imagesPerSecond"));
      }
    }
    return json;
  }
}
