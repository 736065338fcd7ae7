package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that train arms under the real command: killed, left alone, finished and verified. */
@Timeout(900)
class ExternalTrainerTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path folder;

  private static boolean runs(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  /** One that has these modules. */
  private static Optional<String> python(String modules) throws Exception {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (runs("sh", "-c", python + " -c 'import " + modules + "'")) {
        return Optional.of(python);
      }
    }
    return Optional.empty();
  }

  private static JsonNode arm(Path run, String name) throws IOException {
    for (JsonNode arm :
        new ObjectMapper().readTree(run.resolve("results.json").toFile()).get("arms")) {
      if (arm.get("arm").asText().equals(name)) {
        return arm;
      }
    }
    throw new AssertionError("no arm " + name);
  }

  private static void awaitFile(MargraveProcess process, Path folder, String beginning)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!has(folder, beginning)) {
      assertTrue(System.nanoTime() < deadline, process::toString);
      assertFalse(process.endsWithin(Duration.ofMillis(20)), process.printed());
    }
  }

  private static boolean has(Path folder, String beginning) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(
          file ->
              file.getFileName().toString().startsWith(beginning)
                  && file.getFileName().toString().endsWith(".ckpt"));
    }
  }

  /** The programs that it runs now. */
  private static List<ProcessHandle> programs(MargraveProcess process, String script) {
    return process
        .handle()
        .descendants()
        .filter(one -> one.info().commandLine().orElse("").contains(script))
        .toList();
  }

  @Test
  void whatLosesItsNodeEndsAndTheRunGoesOnFromItsCheckpoint() throws Exception {
    assumeTrue(python("json").isPresent(), "no python3 is installed here");
    Path script =
        REPOSITORY.resolve("workers/src/test/resources/dev/margrave/workers/vae/trainer.py");
    Path experiment =
        Files.writeString(
            folder.resolve("plain.conf"),
            """
            experiment {
              name = plain
              dataset { name = shapes, train = 512, evaluate = 256 }
              teacher { components = [3], pca = [8] }
              vae { latent = 8, channels = [8, 16] }
              training { epochs = 3, batch = 32 }
              arms = [full, ablation, rescue]
              trainer.command = [python3, "%s", slow]
            }
            """
                .formatted(script));
    Path data = folder.resolve("data of 'programs'");
    Path run = data.resolve("experiments/plain");
    List<ProcessHandle> programs;
    try (MargraveProcess process =
        MargraveProcess.start(folder, "run", experiment, "--data-dir", data, "--no-page")) {
      // The third: that of step 4 is in the journal by then.
      awaitFile(process, run.resolve("full-0"), "checkpoint-12-");
      programs = programs(process, "trainer.py");
      assertFalse(programs.isEmpty(), process.printed());
      process.kill();
    }
    for (ProcessHandle program : programs) {
      program.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    try (MargraveProcess process =
        MargraveProcess.start(folder, "run", experiment, "--data-dir", data, "--no-page")) {
      int exitCode = process.exitCode();
      assertTrue(exitCode == ExitCode.DONE || exitCode == ExitCode.NOT_SHOWN, process.printed());
      assertTrue(process.out().contains(" experiment plain goes on: "), process.out());
    }
    // What the killed one left is gone too.
    try (Stream<Path> left = Files.list(data.resolve("trainers"))) {
      assertEquals(List.of(), left.toList());
    }
    String said = Files.readString(run.resolve("full-0/trainer-output.txt"));
    assertTrue(said.matches("going on from step [1-9]\\d*\n"), said);
    assertEquals("external", arm(run, "full").get("provenance").get("engine").asText());
    Cli.Said verified = Cli.plain().run("verify", run);
    assertEquals(ExitCode.DONE, verified.exitCode(), verified::err);
    Cli.Said recomputed = Cli.plain().run("verify", run, "--recompute");
    assertEquals(ExitCode.BAD_INPUT, recomputed.exitCode(), recomputed::out);
    assertTrue(
        recomputed.err().contains("can be read by its trainer.command alone"), recomputed::err);
  }

  @Test
  void thePyTorchExampleKilledInMidEpochIsCertified() throws Exception {
    Optional<String> python = python("torch, numpy");
    assumeTrue(python.isPresent(), "no PyTorch is installed here");
    long seed = Long.getLong("margrave.test.seed", new Random().nextLong());
    System.out.println("ExternalTrainerTest: -Dmargrave.test.seed=" + seed);
    Path example = REPOSITORY.resolve("docs/examples/pytorch");
    Path data = folder.resolve("data");
    Path run = data.resolve("experiments/pytorch-example");
    List<Object> command =
        new ArrayList<>(
            List.of("run", example.resolve("experiment.conf"), "--data-dir", data, "--no-page"));
    for (String setting :
        List.of(
            "trainer.command=[%s, \"%s\"]".formatted(python.get(), example.resolve("train.py")),
            "dataset.train=2000",
            "dataset.evaluate=1000",
            "training.epochs=4",
            "training.checkpoint-every=500 ms",
            "arms=[full]")) {
      command.add("--set");
      command.add(setting);
    }
    try (MargraveProcess process = MargraveProcess.start(folder, command.toArray())) {
      awaitFile(process, run.resolve("full-0"), "checkpoint-");
      TimeUnit.MILLISECONDS.sleep(new Random(seed).nextLong(1000));
      List<ProcessHandle> programs = programs(process, "train.py");
      assertFalse(programs.isEmpty(), process.printed());
      programs.forEach(ProcessHandle::destroyForcibly);
      int exitCode = process.exitCode();
      assertTrue(exitCode == ExitCode.DONE || exitCode == ExitCode.NOT_SHOWN, process.printed());
      assertTrue(process.out().contains("full-0 started, attempt 2"), process.out());
    }
    JsonNode full = arm(run, "full");
    assertEquals("CERTIFIED", full.get("verdict").asText());
    assertEquals(2, full.get("attempts").asInt());
    String said = Files.readString(run.resolve("full-0/trainer-output.txt"));
    assertTrue(said.matches("(?s).*going on from step [1-9]\\d*\n.*"), said);
    Cli.Said verified = Cli.plain().run("verify", run);
    assertEquals(ExitCode.DONE, verified.exitCode(), verified::err);
  }
}
