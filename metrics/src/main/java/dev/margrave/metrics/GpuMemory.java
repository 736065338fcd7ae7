package dev.margrave.metrics;

import dev.margrave.protocol.metrics.Metric;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of this machine's GPUs, as {@code nvidia-smi} tells it, asked for now and then on a thread
 * of its own. Where that command is not there nothing is started.
 */
public final class GpuMemory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GpuMemory.class);
  private static final String COMMAND = "nvidia-smi";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final double MEBIBYTE = 1024 * 1024;

  /** Bytes. */
  record Reading(String gpu, double used, double total) {}

  private final Path command;
  private final String worker;
  private final Level used;
  private final Level total;
  private final ScheduledExecutorService thread;
  // Those are overwritten in place: a scrape between clearing and setting would see none.
  private Set<String> shown = Set.of();
  private boolean failed;

  private GpuMemory(Path command, String worker, MetricsRegistry registry) {
    this.command = command;
    this.worker = worker;
    this.used = registry.level(Metric.GPU_MEMORY_USED);
    this.total = registry.level(Metric.GPU_MEMORY_TOTAL);
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "margrave-gpu-memory");
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * Starts to ask, if there is anybody to ask.
   *
   * @param path folders to look for the command in, as the environment's {@code PATH}
   */
  public static Optional<GpuMemory> start(
      String path, String worker, Duration every, MetricsRegistry registry) {
    Optional<Path> command =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, COMMAND))
            .filter(Files::isExecutable)
            .findFirst();
    return command.map(
        found -> {
          GpuMemory memory = new GpuMemory(found, worker, registry);
          var unused =
              memory.thread.scheduleWithFixedDelay(
                  memory::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
          return memory;
        });
  }

  private void look() {
    try {
      List<Reading> readings = parse(ask());
      Set<String> gpus = readings.stream().map(Reading::gpu).collect(Collectors.toSet());
      if (!gpus.equals(shown)) {
        clear();
      }
      shown = gpus;
      for (Reading reading : readings) {
        used.set(reading.used(), worker, reading.gpu());
        total.set(reading.total(), worker, reading.gpu());
      }
      failed = false;
    } catch (IOException | RuntimeException e) {
      clear();
      if (!failed) {
        LOG.warn("the memory of the GPUs is not known: {}", e.getMessage());
      }
      failed = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void clear() {
    used.clear();
    total.clear();
    shown = Set.of();
  }

  private String ask() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                command.toString(),
                "--query-gpu=index,memory.used,memory.total",
                "--format=csv,noheader,nounits")
            .redirectErrorStream(true)
            .start();
    try {
      // Its answer is a few lines: it fits into the pipe.
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command + " did not answer within " + PATIENCE.toSeconds() + " s");
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(command + " answered: " + said.strip());
      }
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Lines as {@code 0, 1234, 81559}, in MiB; a GPU that does not tell is left out. */
  static List<Reading> parse(String text) {
    return text.lines()
        .map(line -> line.split(",", -1))
        .filter(fields -> fields.length == 3)
        .filter(fields -> Arrays.stream(fields).allMatch(field -> field.strip().matches("\\d+")))
        .map(
            fields ->
                new Reading(
                    fields[0].strip(),
                    Long.parseLong(fields[1].strip()) * MEBIBYTE,
                    Long.parseLong(fields[2].strip()) * MEBIBYTE))
        .toList();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
