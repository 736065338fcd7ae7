package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.Main;
import dev.margrave.app.TinyExperiment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run as somebody sees it who sits before a real terminal of 100 columns. */
class TerminalTest {
  private static final String SESSION = "run";
  private static final long PATIENCE_SECONDS = 240;

  @TempDir Path folder;

  @BeforeEach
  void tmuxIsThere() throws InterruptedException {
    Assumptions.assumeTrue(
        exists("tmux"), "tmux is not there: the display on a real terminal was not tested");
  }

  @AfterEach
  void endTheServer() throws Exception {
    if (exists("tmux")) {
      tmux("kill-server");
    }
  }

  @Test
  void barsWhileItRunsAndATableAtTheEnd() throws Exception {
    String classPath = System.getProperty("surefire.test.class.path");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // tmux takes no more than 16 KiB in one message; a class path may be longer.
    Path options = folder.resolve("java.options");
    Files.writeString(
        options,
        "-XX:+UseSerialGC -Xmx512m -Dmargrave.terminal=true -cp \"%s\"%n"
            .formatted(classPath == null ? System.getProperty("java.class.path") : classPath));
    Path experiment = TinyExperiment.write(folder);
    List<String> said =
        tmux(
            "new-session",
            "-d",
            "-s",
            SESSION,
            "-x",
            "100",
            "-y",
            "50",
            "OMP_NUM_THREADS=1 OPENBLAS_CORETYPE=Haswell '%s' '@%s' %s run '%s' --data-dir '%s'; echo exit code $?; read wait"
                .formatted(
                    java, options, Main.class.getName(), experiment, folder.resolve("data")));
    assertEquals(List.of(), said);
    List<String> live = screenWith("margin, sampled z", "━", "images/s");
    assertTrue(
        live.stream().anyMatch(line -> line.matches("tiny: \\d of 7 stages over .*so far.*")));
    List<String> last = screenWith("exit code ");
    String screen = String.join("\n", last);
    assertTrue(screen.contains("gates: "), screen);
    assertTrue(screen.contains("margin z ± se"), screen);
    assertTrue(screen.contains("not rule out other forms of posterior collapse"), screen);
    assertTrue(!screen.contains("━━"), "a bar was left: " + screen);
    assertEquals(1, last.stream().filter(line -> line.startsWith("exit code ")).count());
  }

  /** The first screen that shows all of these. */
  private List<String> screenWith(String... texts) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    List<String> screen = List.of();
    while (System.nanoTime() < deadline) {
      screen = tmux("capture-pane", "-p", "-t", SESSION);
      String all = String.join("\n", screen);
      if (List.of(texts).stream().allMatch(all::contains)) {
        return screen;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("never seen: " + List.of(texts) + " in " + screen);
  }

  private List<String> tmux(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-u", "-S"));
    command.add(folder.resolve("tmux.socket").toString());
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.lines().toList();
  }

  private static boolean exists(String command) throws InterruptedException {
    try {
      return new ProcessBuilder(command, "-V").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
