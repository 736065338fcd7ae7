package dev.margrave.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.protocol.metrics.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GPU's memory, by a command that speaks like nvidia-smi. */
class GpuMemoryTest {
  private static final Duration EVERY = Duration.ofMillis(20);
  private static final int LOOKS = 500;

  @TempDir Path folder;

  private final MetricsRegistry registry =
      new MetricsRegistry(new MetricsSettings(Duration.ZERO, 10), new ManualClock());

  private void says(String script) throws Exception {
    Path command = folder.resolve("nvidia-smi");
    Path fresh = folder.resolve("fresh");
    Files.writeString(fresh, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
    Files.move(fresh, command, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private List<ScrapedText.Sample> until(int wanted) throws InterruptedException {
    List<ScrapedText.Sample> used = List.of();
    for (int look = 0; look < LOOKS; look++) {
      used = ScrapedText.read(registry.scrape("")).all(Metric.GPU_MEMORY_USED.wireName());
      if (used.size() == wanted) {
        return used;
      }
      TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
    }
    throw new AssertionError("never " + wanted + ", but " + used);
  }

  @Test
  void eachGpuIsThereWhileItIsKnown() throws Exception {
    says("echo '0, 1024, 81559'; echo '1, 0, 81559'; echo '2, [N/A], [N/A]'");
    GpuMemory memory = GpuMemory.start("/nowhere::" + folder, "w1", EVERY, registry).orElseThrow();
    try {
      List<ScrapedText.Sample> used = until(2);
      assertEquals(Map.of("worker", "w1", "gpu", "0"), used.get(0).labels());
      assertEquals(1024.0 * 1024 * 1024, used.get(0).value());
      assertEquals(
          81559.0 * 1024 * 1024,
          ScrapedText.read(registry.scrape(""))
              .one(Metric.GPU_MEMORY_TOTAL.wireName(), Map.of("gpu", "1"))
              .value());
      says("echo 'No devices were found'; exit 6");
      until(0);
    } finally {
      memory.close();
    }
  }

  @Test
  void withoutTheCommandNothingStarts() {
    assertEquals(Optional.empty(), GpuMemory.start("/nowhere:" + folder, "w1", EVERY, registry));
  }
}
