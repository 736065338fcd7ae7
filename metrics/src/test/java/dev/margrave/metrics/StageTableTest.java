package dev.margrave.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Series come, go after the retention, and are no more than allowed. */
class StageTableTest {
  private static final Duration RETENTION = Duration.ofMinutes(5);
  private static final String MARGIN = Metric.CERTIFICATE_MARGIN.wireName();
  private static final String ATTEMPTS = Metric.ATTEMPTS.wireName();
  private static final StageId FULL = StageId.parse("demo/full-0");
  private static final StageId RESCUE = StageId.parse("demo/rescue-0");
  private static final StageId TEACHER = StageId.parse("demo/teacher-0");

  private final ManualClock clock = new ManualClock();
  private MetricsRegistry registry;
  private StageTable table;
  private ExperimentCounters counters;

  private void open(int maximumSeries) {
    registry = new MetricsRegistry(new MetricsSettings(RETENTION, maximumSeries), clock);
    counters = registry.experiments(Map.of(Metric.ATTEMPTS, List.of("lost", "crash")));
    table =
        registry.stages(
            List.of(Metric.STAGE_STATE, Metric.CERTIFICATE_MARGIN),
            1,
            Optional.empty(),
            Optional.of(counters));
  }

  private ScrapedText scrape() {
    return ScrapedText.read(registry.scrape(""));
  }

  private double series() {
    return scrape().one(Metric.METRICS_SERIES.wireName()).value();
  }

  private double dropped() {
    return scrape().one(Metric.METRICS_DROPPED.wireName()).value();
  }

  private void margin(StageId stage, double margin) {
    table.update(stage, "shapes", values -> values.set(Metric.CERTIFICATE_MARGIN, margin));
  }

  @Test
  void aValueIsThereToTheBit() {
    open(100);
    for (double margin :
        new double[] {
          Math.nextUp(0.1), -1e-300, Double.MIN_VALUE, 1 / 3.0, -0.0, 123456789.12345679
        }) {
      margin(FULL, margin);
      ScrapedText.Sample sample = scrape().one(MARGIN);
      assertEquals(Double.doubleToRawLongBits(margin), Double.doubleToRawLongBits(sample.value()));
      assertEquals(
          Map.of(
              "experiment",
              "demo",
              "dataset",
              "shapes",
              "seed",
              "0",
              "arm",
              "full",
              "stage",
              "full-0"),
          sample.labels());
    }
    margin(FULL, Double.NEGATIVE_INFINITY);
    assertEquals("-Inf", scrape().one(MARGIN).text());
  }

  @Test
  void whatIsNotKnownIsNotThere() {
    open(100);
    table.update(FULL, "shapes", values -> values.set(Metric.STAGE_STATE, 1));
    assertEquals(List.of(), scrape().all(MARGIN));
    assertEquals(1, scrape().one(Metric.STAGE_STATE.wireName()).value());
  }

  @Test
  void hostileNamesStayLabels() {
    open(100);
    String hostile = "a\"} 1\nmargrave_x{y=\"\\ äöü ∞ 猫 \u0007";
    table.update(FULL, hostile, values -> values.set(Metric.CERTIFICATE_MARGIN, 1));
    assertEquals(hostile, scrape().one(MARGIN).labels().get("dataset"));
    ScrapedText open = ScrapedText.read(registry.scrape(MetricsRegistry.OPEN_METRICS));
    assertEquals(hostile, open.one(MARGIN).labels().get("dataset"));
  }

  @Test
  void seriesGoWhenTheRetentionHasPassed() {
    open(100);
    margin(FULL, 1);
    counters.increment(Metric.ATTEMPTS, FULL, "lost");
    assertEquals(4, series());
    table.end(FULL, values -> values.set(Metric.CERTIFICATE_MARGIN, 2));
    clock.pass(RETENTION.minusMillis(1));
    // Saying the end again does not lengthen it.
    table.end(FULL, values -> {});
    assertEquals(2, scrape().one(MARGIN).value());
    assertEquals(1, scrape().one(ATTEMPTS, Map.of("kind", "lost")).value());
    clock.pass(Duration.ofMillis(1));
    assertEquals(List.of(), scrape().all(MARGIN));
    assertEquals(List.of(), scrape().all(ATTEMPTS));
    assertEquals(0, series());
  }

  @Test
  void aStageThatGoesOnIsKept() {
    open(100);
    margin(FULL, 1);
    table.end(FULL, values -> {});
    clock.pass(RETENTION.dividedBy(2));
    margin(FULL, 3);
    clock.pass(RETENTION);
    assertEquals(3, scrape().one(MARGIN).value());
  }

  @Test
  void seriesGoWithTheSupervisorUnlessTheStageIsOver() {
    open(100);
    margin(FULL, 1);
    margin(RESCUE, 2);
    table.end(RESCUE, values -> {});
    table.leave(FULL);
    table.leave(RESCUE);
    assertEquals("rescue", scrape().one(MARGIN).labels().get("arm"));
    clock.pass(RETENTION);
    assertEquals(0, series());
  }

  @Test
  void aStageThatWasOverBeforeGetsNone() {
    open(100);
    table.end(FULL, values -> values.set(Metric.CERTIFICATE_MARGIN, 1));
    assertEquals(0, series());
  }

  @Test
  void beyondTheBoundNewStagesGetNoneUntilThereIsRoom() {
    // Two counters of the experiment, one series of the search, two of an arm.
    open(5);
    table.update(TEACHER, "shapes", values -> values.set(Metric.STAGE_STATE, 2));
    margin(FULL, 1);
    assertEquals(5, series());
    assertEquals(0, dropped());
    margin(RESCUE, 2);
    margin(RESCUE, 3);
    assertEquals("full", scrape().one(MARGIN).labels().get("arm"));
    assertEquals(1, dropped());
    margin(FULL, 4);
    assertEquals(4, scrape().one(MARGIN).value());
    table.end(FULL, values -> {});
    clock.pass(RETENTION);
    margin(RESCUE, 5);
    assertEquals("rescue", scrape().one(MARGIN).labels().get("arm"));
    assertEquals(5, series());
    assertEquals(1, dropped());
  }

  @Test
  void exemplarsNameTheStage() {
    open(100);
    margin(FULL, 1);
    counters.increment(Metric.ATTEMPTS, FULL, "lost");
    Timing timing = registry.timing(Metric.JOURNAL_PERSIST_SECONDS);
    timing.observe(0.002, RESCUE);
    String longName = "x".repeat(100);
    registry
        .timing(Metric.TRAINING_STEP_SECONDS, "w1")
        .observe(0.5, StageId.parse(longName + "/rescue-from-collapse-1234567890-t1234567891"));
    ScrapedText open = ScrapedText.read(registry.scrape("application/openmetrics-text;q=0.9, */*"));
    assertEquals(
        Optional.of(Map.of("stage", "demo/full-0")),
        open.one(ATTEMPTS, Map.of("kind", "lost")).exemplar());
    assertEquals(
        Optional.of(Map.of("stage", "demo/rescue-0")),
        open.one("margrave_journal_persist_seconds_bucket", Map.of("le", "0.0025")).exemplar());
    String cut =
        open.one("margrave_training_step_seconds_bucket", Map.of("le", "0.5"))
            .exemplar()
            .orElseThrow()
            .get("stage");
    assertTrue(cut.length() + "stage".length() <= 128, cut);
    assertTrue(cut.endsWith("x/rescue-from-collapse-1234567890-t1234567891"), cut);
    assertTrue(
        open.samples().stream()
            .filter(sample -> sample.exemplar().isPresent())
            .allMatch(sample -> sample.name().matches(".*_(total|bucket)")),
        "Prometheus refuses a text that has them elsewhere");
    assertTrue(
        scrape().samples().stream().allMatch(sample -> sample.exemplar().isEmpty()),
        "the classic format has none");
  }
}
