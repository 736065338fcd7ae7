package dev.margrave.workers.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.metrics.ManualClock;
import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.MetricsSettings;
import dev.margrave.metrics.ScrapedText;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.Metric;
import dev.margrave.workers.stage.TrainingInstruments;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkerMetricsTest {
  private static final StageId FULL = StageId.parse("demo/full-3-t11");
  private static final Duration RETENTION = Duration.ofMinutes(1);

  private final ManualClock clock = new ManualClock();

  private static Config config(String text) {
    return ConfigFactory.load(ConfigFactory.parseString("margrave.worker.metrics {" + text + "}"));
  }

  private WorkerMetrics start(String text) {
    return WorkerMetrics.start(config(text), "w1", "1.2.3", Map.of(), Optional::empty, clock);
  }

  @Test
  void byDefaultThereAreNone() {
    try (WorkerMetrics metrics = start("")) {
      assertEquals(Optional.empty(), metrics.url());
      assertSame(TrainingInstruments.NONE, metrics.training());
    }
  }

  @Test
  void aPortThatIsNoneIsRefused() {
    assertEquals(
        "margrave.worker.metrics.port is 65536; -1 for none, 0 for any that is free, or 1 to 65535"
            + " is wanted",
        assertThrows(IllegalArgumentException.class, () -> start("port = 65536")).getMessage());
  }

  @Test
  void gpusAreLookedAtNowAndThen() {
    for (String never : List.of("0 s", "-1 s")) {
      assertEquals(
          "margrave.worker.metrics.gpu-every is %s; more than 0 is wanted, as 10 s"
              .formatted(never.equals("0 s") ? "PT0S" : "PT-1S"),
          assertThrows(
                  IllegalArgumentException.class, () -> start("port = 0, gpu-every = " + never))
              .getMessage());
    }
  }

  @Test
  void aProcessOfItsOwnServesThem() throws Exception {
    try (WorkerMetrics metrics = start("port = 0")) {
      try (TrainingInstruments.Attempt attempt = metrics.training().begin(FULL, "shapes")) {
        attempt.trained(64, 0.25, 0.5);
        attempt.trained(64, 0.25, 1.0);
        attempt.checkpointed(0.5, 2048);
      }
      HttpRequest request = HttpRequest.newBuilder(URI.create(metrics.url().orElseThrow())).build();
      ScrapedText scraped =
          ScrapedText.read(
              HttpClient.newHttpClient()
                  .send(request, HttpResponse.BodyHandlers.ofString())
                  .body());
      ScrapedText.Sample images = scraped.one(Metric.TRAINING_IMAGES.wireName());
      assertEquals(128, images.value());
      assertEquals(
          Map.of(
              "experiment",
              "demo",
              "dataset",
              "shapes",
              "seed",
              "3",
              "arm",
              "full",
              "stage",
              "full-3-t11",
              "worker",
              "w1"),
          images.labels());
      assertEquals(1, scraped.one(Metric.TRAINING_EPOCH.wireName()).value());
      assertEquals(0.5, scraped.one("margrave_training_step_seconds_sum").value());
      assertEquals(2, scraped.one("margrave_training_step_seconds_count").value());
      assertEquals(0.5, scraped.one("margrave_checkpoint_seconds_sum").value());
      assertEquals(2048, scraped.one("margrave_checkpoint_bytes_sum").value());
      assertTrue(scraped.types().containsKey("jvm_memory_used_bytes"));
      assertEquals("1.2.3", scraped.one("margrave_build_info").labels().get("version"));
    }
  }

  @Test
  void theNextAttemptCountsOnAndTheLastOneGoes() {
    MetricsRegistry registry = new MetricsRegistry(new MetricsSettings(RETENTION, 10), clock);
    TrainingMeters meters = new TrainingMeters(registry, "w1", false);
    for (int attempt = 0; attempt < 2; attempt++) {
      try (TrainingInstruments.Attempt measured = meters.begin(FULL, "shapes")) {
        measured.trained(10, 0.1, 1);
      }
    }
    String images = Metric.TRAINING_IMAGES.wireName();
    assertEquals(20, ScrapedText.read(registry.scrape("")).one(images).value());
    assertEquals(
        List.of(),
        ScrapedText.read(registry.scrape("")).all(Metric.TRAINING_EPOCH.wireName()),
        "the orchestrator tells it");
    clock.pass(RETENTION);
    assertEquals(List.of(), ScrapedText.read(registry.scrape("")).all(images));
  }
}
