package dev.margrave.metrics;

import dev.margrave.protocol.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
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
  private static final String FIELDS = "index,memory.used,memory.total";
  private static final double MEBIBYTE = 1024 * 1024;

  /** Bytes. */
  record Reading(String gpu, double used, double total) {}

  private final NvidiaSmi command;
  private final String worker;
  private final Level used;
  private final Level total;
  private final ScheduledExecutorService thread;
  // Those are overwritten in place: a scrape between clearing and setting would see none.
  private Set<String> shown = Set.of();
  private boolean failed;

  private GpuMemory(NvidiaSmi command, String worker, MetricsRegistry registry) {
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
    return NvidiaSmi.find(path)
        .map(
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
      List<Reading> readings = readings(command.ask(FIELDS));
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

  /** Of fields in MiB; a GPU that does not tell is left out. */
  private static List<Reading> readings(List<List<String>> gpus) {
    return gpus.stream()
        .filter(fields -> fields.stream().allMatch(field -> field.matches("\\d+")))
        .map(
            fields ->
                new Reading(
                    fields.get(0),
                    Long.parseLong(fields.get(1)) * MEBIBYTE,
                    Long.parseLong(fields.get(2)) * MEBIBYTE))
        .toList();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
