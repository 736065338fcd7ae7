package dev.margrave.app.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.metrics.ManualClock;
import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.MetricsSettings;
import dev.margrave.metrics.ScrapedText;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.metrics.SchedulerMeters;
import dev.margrave.orchestrator.metrics.StageMeters;
import dev.margrave.orchestrator.stage.StageInstruments.Standing;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.AttemptKind;
import dev.margrave.protocol.metrics.Metric;
import dev.margrave.protocol.metrics.MetricLabel;
import dev.margrave.workers.metrics.WorkerMetrics;
import dev.margrave.workers.stage.TrainingInstruments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that one process offers: each metric of the enum is there as it says, and no other.
 */
class MetricsOnTheWireTest {
  private static final String OWN = "margrave_";
  private static final StageId FULL = Fixtures.stage("full-0");
  private static final int LOOKS = 500;

  @TempDir Path folder;

  private final MetricsRegistry registry =
      new MetricsRegistry(new MetricsSettings(Duration.ofHours(1), 1000), new ManualClock());

  /** As in {@code margrave run}: orchestrator and worker in one registry. */
  private ScrapedText everything() throws IOException, InterruptedException {
    registry.describeProcess("1.2.3");
    new SchedulerMeters(registry).stands(2, Map.of("free", 1));
    StageMeters stages = new StageMeters(registry, System::nanoTime);
    stages.stands(
        FULL,
        new Standing(
            "shapes",
            new StageView(
                FULL.key(),
                StageStatus.RUNNING,
                "",
                1,
                Optional.of("w1"),
                Optional.of(new StageProgress("training", 1, 2, 1, 10)),
                Optional.of(Fixtures.evaluation(12, 0.7)),
                Optional.empty(),
                Optional.empty(),
                0),
            OptionalLong.of(8)));
    stages.attemptEnded(FULL, AttemptKind.LOST);
    Path command = folder.resolve("nvidia-smi");
    Files.writeString(command, "#!/bin/sh\necho '0, 10, 20'\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    try (WorkerMetrics worker =
        WorkerMetrics.within(
            registry, Duration.ofSeconds(10), "w1", Map.of("PATH", folder.toString()))) {
      try (TrainingInstruments.Attempt attempt = worker.training().begin(FULL, "shapes")) {
        attempt.trained(64, 0.01, 0.5);
        attempt.checkpointed(0.2, 1000);
      }
      for (int look = 0; look < LOOKS; look++) {
        ScrapedText scraped = ScrapedText.read(registry.scrape(""));
        if (!scraped.all(Metric.GPU_MEMORY_TOTAL.wireName()).isEmpty()
            && !scraped.all(Metric.GPU_MEMORY_USED.wireName()).isEmpty()) {
          return scraped;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    throw new AssertionError("the GPU was never seen");
  }

  @Test
  void namesKindsHelpAndLabelsAreThoseOfTheEnum() throws Exception {
    ScrapedText scraped = everything();
    Map<String, String> kinds = new TreeMap<>();
    Map<String, String> helps = new TreeMap<>();
    for (Metric metric : Metric.values()) {
      kinds.put(metric.wireName(), metric.kind().name().toLowerCase(Locale.ROOT));
      helps.put(metric.wireName(), metric.help());
    }
    assertEquals(kinds, own(scraped.types()));
    assertEquals(helps, own(scraped.helps()));
    Map<String, Set<String>> labels = new TreeMap<>();
    for (ScrapedText.Sample sample : scraped.samples()) {
      if (sample.name().startsWith(OWN)) {
        Set<String> some = new TreeSet<>(sample.labels().keySet());
        some.remove("le");
        String family = family(scraped, sample.name());
        assertEquals(labels.computeIfAbsent(family, name -> some), some, sample::toString);
      }
    }
    assertEquals(
        Arrays.stream(Metric.values())
            .collect(
                Collectors.toMap(
                    Metric::wireName,
                    metric ->
                        metric.labels().stream()
                            .map(MetricLabel::text)
                            .collect(Collectors.toCollection(TreeSet::new)))),
        labels);
  }

  /** A histogram's samples have suffixes of their own. */
  private static String family(ScrapedText scraped, String name) {
    return scraped.types().containsKey(name) ? name : name.replaceFirst("_(bucket|sum|count)$", "");
  }

  private static Map<String, String> own(Map<String, String> families) {
    return families.entrySet().stream()
        .filter(family -> family.getKey().startsWith(OWN))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
  }

  @Test
  void bucketsAreThoseOfTheEnum() throws Exception {
    ScrapedText scraped = everything();
    for (Metric metric : Metric.values()) {
      Set<String> bounds =
          scraped.all(metric.wireName() + "_bucket").stream()
              .map(sample -> sample.labels().get("le"))
              .collect(Collectors.toSet());
      Set<String> wanted =
          metric.buckets().stream().map(bound -> bound.toString()).collect(Collectors.toSet());
      if (metric.kind() == Metric.Kind.HISTOGRAM) {
        wanted.add("+Inf");
      }
      assertEquals(wanted, bounds, metric::toString);
    }
  }

  @Test
  void theJvmAndTheProcessAreThereToo() throws Exception {
    ScrapedText scraped = everything();
    for (String name :
        Set.of(
            "jvm_memory_used_bytes",
            "jvm_threads_live_threads",
            "jvm_gc_memory_allocated_bytes_total",
            "process_cpu_usage",
            "process_uptime_seconds",
            "process_start_time_seconds",
            "process_files_open_files")) {
      assertTrue(scraped.types().containsKey(name), () -> name + ": " + scraped.types().keySet());
    }
    assertEquals(Map.of("version", "1.2.3"), scraped.one(Metric.BUILD_INFO.wireName()).labels());
    assertEquals(64, scraped.one(Metric.TRAINING_IMAGES.wireName()).value());
    assertEquals(1, scraped.one("margrave_training_step_seconds_count").value());
    assertEquals(1000, scraped.one("margrave_checkpoint_bytes_sum").value());
  }
}
