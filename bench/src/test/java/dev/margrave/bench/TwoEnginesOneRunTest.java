package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command itself: a run that one engine begins, the other ends, and both can check. */
@Timeout(300)
class TwoEnginesOneRunTest {
  private static final int TERMINATED = 143;

  @TempDir Path folder;

  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Home.directory().resolve("margrave").toString());
    command.addAll(List.of(words));
    command.addAll(List.of("--data-dir", folder.resolve("data").toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(said().toFile()));
    return builder.start();
  }

  private Path said() {
    return folder.resolve("said");
  }

  private Process run(String engine) throws IOException {
    return start(
        "run",
        Home.directory().resolve("config/experiments/quickstart.conf").toString(),
        "--engine",
        engine,
        "--no-page",
        "--set=dataset.train=1024",
        "--set=dataset.evaluate=256",
        "--set=training.epochs=40",
        "--set=training.checkpoint-every=300 ms",
        "--set=arms=[full]");
  }

  private boolean trains() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      return files.anyMatch(file -> file.toString().endsWith(".ckpt"));
    } catch (java.nio.file.NoSuchFileException | java.io.UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void oneBeginsTheOtherEnds() throws Exception {
    Process first = run("nd4j");
    try {
      while (first.isAlive() && !trains()) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } finally {
      first.destroy();
    }
    assertEquals(TERMINATED, first.waitFor(), () -> read(said()));
    int code = run("libtorch").waitFor();
    assertTrue(code == 0 || code == 1, () -> read(said()));
    Path experiment = folder.resolve("data/experiments/quickstart");
    String results = read(experiment.resolve("results.json"));
    assertTrue(results.contains("nd4j 1.0.0-M2.1, libtorch 2.10.0"), results);
    for (String engine : List.of("nd4j", "libtorch")) {
      int verified =
          start("verify", experiment.toString(), "--recompute", "--engine", engine).waitFor();
      assertEquals(0, verified, () -> read(said()));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
