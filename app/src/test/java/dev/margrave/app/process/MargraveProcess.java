package dev.margrave.app.process;

import dev.margrave.app.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command in a process of its own, as the launcher starts it; its output goes to files. */
final class MargraveProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 300;
  private static final Duration POLL = Duration.ofMillis(50);

  private final Process process;
  private final Path out;
  private final Path err;

  private MargraveProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts it.
   *
   * @param folder for the output
   */
  static MargraveProcess start(Path folder, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    // A build that was started in the background ignores SIGINT, and so would its children.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g"));
    command.addAll(List.of("-Djava.awt.headless=true", "-Dfile.encoding=UTF-8"));
    command.add("-Dmargrave.command=./margrave");
    String classPath = System.getProperty("surefire.test.class.path");
    command.addAll(
        List.of("-cp", classPath == null ? System.getProperty("java.class.path") : classPath));
    command.add(Main.class.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    File out = Files.createTempFile(folder, "out", ".txt").toFile();
    File err = Files.createTempFile(folder, "err", ".txt").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(out)
            .redirectError(err);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("OPENBLAS_CORETYPE", "Haswell");
    return new MargraveProcess(builder.start(), out.toPath(), err.toPath());
  }

  /** Whether it ended by itself within that time. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException, IOException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(
          "still running after " + PATIENCE_SECONDS + " s: " + out() + err() + threads());
    }
    return process.exitValue();
  }

  /** What each of its threads does now; for messages. */
  private String threads() throws IOException, InterruptedException {
    return Jstack.of(process.pid());
  }

  /** Itself; what it started are its descendants. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** As kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As Ctrl-C. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  /** As SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits until standard output holds a text. */
  void waitFor(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!out().contains(text)) {
      if (endsWithin(POLL) && !out().contains(text)) {
        throw new AssertionError("ended without '" + text + "': " + out() + err());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no '" + text + "' in " + out() + err() + threads());
      }
    }
  }

  /** All that was printed so far, on both streams. */
  String printed() throws IOException {
    return out() + err();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
