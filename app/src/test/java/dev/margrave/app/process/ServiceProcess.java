package dev.margrave.app.process;

import dev.margrave.app.Main;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * An orchestrator or a worker in a process of its own. Whatever ends it, it is started again, as a
 * service manager would, until it is closed. Its output goes through a pipe into one log file over
 * all of its lives: a limit on the files that it writes is none on its log.
 */
final class ServiceProcess implements AutoCloseable {
  private static final long RESTART_DELAY_MS = 300;
  private static final Executor AFTER_DELAY =
      CompletableFuture.delayedExecutor(RESTART_DELAY_MS, TimeUnit.MILLISECONDS);

  private final String name;
  private final List<String> command;
  private final Path log;
  private final List<String> ready = new ArrayList<>();
  private Process process;

  private boolean wanted = true;
  private boolean held;
  private int starts;

  private ServiceProcess(String name, List<String> command, Path log) {
    this.name = name;
    this.command = command;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param heapMb its largest heap
   * @param logs folder of its log file
   */
  static ServiceProcess start(String name, int heapMb, Path logs, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx" + heapMb + "m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Xshare:auto"));
    String classPath = System.getProperty("surefire.test.class.path");
    command.addAll(
        List.of("-cp", classPath == null ? System.getProperty("java.class.path") : classPath));
    command.add(Main.class.getName());
    command.addAll(arguments);
    ServiceProcess service = new ServiceProcess(name, command, logs.resolve(name + ".log"));
    service.start();
    return service;
  }

  /** Not a second one: the first would live on, and nobody would know of it. */
  private synchronized void start() {
    if (!wanted || held || (process != null && process.isAlive())) {
      return;
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("OPENBLAS_CORETYPE", "Haswell");
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    starts++;
    ready.clear();
    Process started = process;
    note("---- started as " + started.pid());
    Thread pump = new Thread(() -> copy(started), name + "-log");
    pump.setDaemon(true);
    pump.start();
    var unused =
        started
            .onExit()
            .thenAccept(ended -> note("---- " + ended.pid() + " ended: " + ended.exitValue()))
            .thenRunAsync(this::start, AFTER_DELAY);
  }

  private void copy(Process from) {
    try (BufferedReader lines =
        new BufferedReader(
            new java.io.InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line);
      }
    } catch (IOException e) {
      note("---- its output ended: " + e.getMessage());
    }
  }

  private synchronized void note(String line) {
    try (BufferedWriter out =
        Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(line);
      out.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (line.startsWith("orchestrator at ") || line.startsWith("worker ")) {
      ready.add(line);
    }
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  /** What its present life said when it was ready. */
  synchronized Optional<String> ready() {
    return process.isAlive() && !ready.isEmpty() ? Optional.of(ready.get(0)) : Optional.empty();
  }

  /** How often it was started. */
  synchronized int starts() {
    return starts;
  }

  synchronized long pid() {
    return process.pid();
  }

  /** As {@code kill -9}; it is started again. */
  void kill() throws InterruptedException {
    Process victim;
    synchronized (this) {
      victim = process;
    }
    victim.destroyForcibly().waitFor();
  }

  /** As {@code kill -9}, and it stays away until {@link #release}. */
  void killAndHold() throws InterruptedException {
    synchronized (this) {
      held = true;
    }
    kill();
  }

  /** Starts one that was held. */
  void release() {
    synchronized (this) {
      held = false;
    }
    start();
  }

  /** As {@code kill}: it may tidy up. */
  void terminateAndHold() {
    synchronized (this) {
      held = true;
      process.destroy();
    }
  }

  /** Waits for the end of its present life. */
  boolean endsWithin(long seconds) throws InterruptedException {
    Process waitedFor;
    synchronized (this) {
      waitedFor = process;
    }
    return waitedFor.waitFor(seconds, TimeUnit.SECONDS);
  }

  /** As {@code kill -STOP}: it stands still, and knows nothing of it. */
  void freeze() throws IOException, InterruptedException {
    tool("kill", "-STOP", Long.toString(pid()));
  }

  /** As {@code kill -CONT}. */
  void thaw() throws IOException, InterruptedException {
    tool("kill", "-CONT", Long.toString(pid()));
  }

  /** From now on it can write no file beyond that size; "unlimited" ends it. */
  void limitFiles(String bytes) throws IOException, InterruptedException {
    tool("prlimit", "--pid", Long.toString(pid()), "--fsize=" + bytes + ":");
  }

  /** It may be gone already, and that is no failure. */
  private void tool(String... words) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (tool.waitFor() != 0) {
      note("---- " + String.join(" ", words) + ": " + said.strip());
    }
  }

  @Override
  public void close() {
    Process last;
    synchronized (this) {
      wanted = false;
      last = process;
    }
    last.destroyForcibly();
    try {
      last.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
