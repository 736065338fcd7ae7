package dev.margrave.orchestrator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.metrics.ManualClock;
import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.MetricsSettings;
import dev.margrave.metrics.ScrapedText;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.stage.StageInstruments.Standing;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.metrics.AttemptKind;
import dev.margrave.protocol.metrics.Metric;
import dev.margrave.protocol.metrics.StageOutcome;
import dev.margrave.protocol.result.Evaluation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StageMetersTest {
  private static final StageId FULL = Fixtures.stage("full-0");
  private static final Duration RETENTION = Duration.ofMinutes(1);
  private static final int OF_AN_ARM = 15;
  private static final int OF_AN_EXPERIMENT = 14;

  private final ManualClock clock = new ManualClock();
  private final AtomicLong nanos = new AtomicLong();
  private MetricsRegistry registry = registry(1000);
  private StageMeters meters = new StageMeters(registry, nanos::get);

  private MetricsRegistry registry(int maximumSeries) {
    return new MetricsRegistry(new MetricsSettings(RETENTION, maximumSeries), clock);
  }

  private ScrapedText scrape() {
    return ScrapedText.read(registry.scrape(""));
  }

  private double value(Metric metric) {
    return scrape().one(metric.wireName()).value();
  }

  private static Standing standing(
      StageId stage, StageStatus status, Optional<Evaluation> evaluation) {
    return new Standing(
        "shapes",
        new StageView(
            stage.key(),
            status,
            "",
            2,
            Optional.of("w1"),
            Optional.of(new StageProgress("training", 3, 12, 1.5, 100)),
            evaluation,
            Optional.empty(),
            Optional.empty(),
            1),
        OptionalLong.of(96));
  }

  @Test
  void whatIsMeasuredIsThereToTheBit() {
    double margin = Math.nextUp(0.7);
    Evaluation evaluation = Fixtures.evaluation(12, margin);
    meters.stands(FULL, standing(FULL, StageStatus.RUNNING, Optional.of(evaluation)));
    assertEquals(
        Double.doubleToRawLongBits(evaluation.sampled().marginNats()),
        Double.doubleToRawLongBits(value(Metric.CERTIFICATE_MARGIN)));
    assertEquals(evaluation.sampled().safeMarginNats(), value(Metric.CERTIFICATE_SAFE_MARGIN));
    assertEquals(1.9, value(Metric.CERTIFICATE_TEACHER_INFORMATION));
    assertEquals(
        evaluation.sampled().alignmentLossNats(), value(Metric.CERTIFICATE_ALIGNMENT_LOSS));
    assertEquals(0.5, value(Metric.CERTIFICATE_WITNESS_INFORMATION));
    assertEquals(1, value(Metric.CERTIFICATE_VERDICT));
    assertEquals(3.5, value(Metric.VAE_KL));
    assertEquals(1800.5, value(Metric.VAE_RECONSTRUCTION));
    assertEquals(1, value(Metric.VAE_ACTIVE_UNITS));
    assertEquals(1.5, value(Metric.TRAINING_EPOCH));
    assertEquals(2, value(Metric.STAGE_STATE));
    assertEquals(2, value(Metric.STAGE_ATTEMPT));
    assertEquals(0.25, value(Metric.STAGE_PROGRESS));
    assertEquals(1, value(Metric.STAGE_RESCUES));
    assertEquals(96, value(Metric.STAGE_CHECKPOINT_STEP));
    assertEquals(OF_AN_ARM + OF_AN_EXPERIMENT, value(Metric.METRICS_SERIES));
  }

  @Test
  void aTeacherSearchHasNoCertificate() {
    StageId search = Fixtures.stage("teacher-7");
    meters.stands(search, standing(search, StageStatus.WAITING, Optional.empty()));
    assertEquals(
        Map.of(
            "experiment",
            "demo",
            "dataset",
            "shapes",
            "seed",
            "7",
            "arm",
            "teacher",
            "stage",
            "teacher-7"),
        scrape().one(Metric.STAGE_STATE.wireName()).labels());
    assertEquals(List.of(), scrape().all(Metric.TRAINING_EPOCH.wireName()));
    assertEquals(3 + OF_AN_EXPERIMENT, value(Metric.METRICS_SERIES));
  }

  @Test
  void countsBeginAtZeroAndNameTheStage() {
    meters.attemptEnded(FULL, AttemptKind.CRASH);
    assertEquals(List.of(), scrape().all(Metric.ATTEMPTS.wireName()), "nobody knows the stage yet");
    meters.stands(FULL, standing(FULL, StageStatus.RUNNING, Optional.empty()));
    for (AttemptKind kind : AttemptKind.values()) {
      assertEquals(
          0, scrape().one(Metric.ATTEMPTS.wireName(), Map.of("kind", kind.text())).value());
    }
    meters.attemptEnded(FULL, AttemptKind.HANDED_BACK);
    meters.checkpointCommitted(FULL);
    meters.stageEnded(FULL, StageOutcome.COMPLETED);
    ScrapedText open = ScrapedText.read(registry.scrape(MetricsRegistry.OPEN_METRICS));
    for (ScrapedText.Sample one :
        List.of(
            open.one(Metric.ATTEMPTS.wireName(), Map.of("kind", "handed-back")),
            open.one(Metric.CHECKPOINTS_COMMITTED.wireName()),
            open.one(Metric.STAGES_ENDED.wireName(), Map.of("outcome", "completed")))) {
      assertEquals(1, one.value());
      assertEquals(Optional.of(Map.of("stage", "demo/full-0")), one.exemplar());
    }
  }

  @Test
  void aRecoveryLastsUntilTheNextAttemptIsHeard() {
    meters.attemptHeard(FULL);
    meters.attemptEnded(FULL, AttemptKind.HANDED_BACK);
    nanos.addAndGet(1_000_000_000L);
    meters.attemptHeard(FULL);
    meters.attemptEnded(FULL, AttemptKind.LOST);
    nanos.addAndGet(2_500_000_000L);
    meters.attemptHeard(FULL);
    nanos.addAndGet(9_000_000_000L);
    meters.attemptHeard(FULL);
    String name = Metric.RECOVERY_SECONDS.wireName();
    assertEquals(1, scrape().one(name + "_count", Map.of("kind", "lost")).value());
    assertEquals(2.5, scrape().one(name + "_sum", Map.of("kind", "lost")).value());
    assertEquals(0, scrape().one(name + "_bucket", Map.of("kind", "lost", "le", "1.0")).value());
    assertEquals(1, scrape().one(name + "_bucket", Map.of("kind", "lost", "le", "2.5")).value());
    assertEquals(0, scrape().one(name + "_count", Map.of("kind", "crash")).value());
  }

  @Test
  void aPauseIsNoRecovery() {
    meters.attemptEnded(FULL, AttemptKind.CRASH);
    meters.heldBack(FULL);
    nanos.addAndGet(9_000_000_000L);
    meters.attemptHeard(FULL);
    String name = Metric.RECOVERY_SECONDS.wireName();
    assertEquals(0, scrape().one(name + "_count", Map.of("kind", "crash")).value());
  }

  @Test
  void aPersistTakesAsLongAsItTakes() {
    Runnable persisted = meters.persisting(FULL);
    nanos.addAndGet(3_000_000L);
    persisted.run();
    assertEquals(0.003, scrape().one("margrave_journal_persist_seconds_sum").value(), 1e-12);
    assertEquals(1, scrape().one("margrave_journal_persist_seconds_count").value());
  }

  @Test
  void seriesGoWithTheSupervisorAndAfterTheRetention() {
    meters.stands(FULL, standing(FULL, StageStatus.RUNNING, Optional.empty()));
    meters.left(FULL);
    assertEquals(0, value(Metric.METRICS_SERIES), "it has moved");
    meters.stands(FULL, standing(FULL, StageStatus.RUNNING, Optional.empty()));
    meters.stands(FULL, standing(FULL, StageStatus.COMPLETED, Optional.empty()));
    meters.left(FULL);
    assertEquals(3, value(Metric.STAGE_STATE), "it rests, and is retained");
    clock.pass(RETENTION);
    assertEquals(0, value(Metric.METRICS_SERIES));
    meters.stands(FULL, standing(FULL, StageStatus.COMPLETED, Optional.empty()));
    assertEquals(0, value(Metric.METRICS_SERIES), "it was over before its supervisor came back");
  }

  /** 100 experiments of 20 arms and 10 seeds. */
  static List<StageId> manyStages() {
    List<StageId> stages = new ArrayList<>();
    for (int experiment = 0; experiment < 100; experiment++) {
      for (int arm = 0; arm < 20; arm++) {
        for (int seed = 0; seed < 10; seed++) {
          stages.add(
              new StageId(
                  new ExperimentId("experiment-" + experiment, 1),
                  new StageKey.ArmRun(
                      Fixtures.ALL_ARMS.get(arm % Fixtures.ALL_ARMS.size()),
                      seed,
                      arm / Fixtures.ALL_ARMS.size() * 100L)));
        }
      }
    }
    return stages;
  }

  @Test
  void tensOfThousandsOfStagesAreBounded() {
    int maximum = 200_000;
    registry = registry(maximum);
    meters = new StageMeters(registry, nanos::get);
    List<StageId> stages = manyStages();
    assertEquals(20_000, stages.stream().distinct().count());
    Optional<Evaluation> evaluation = Optional.of(Fixtures.evaluation(12, 0.7));
    stages.forEach(stage -> meters.stands(stage, standing(stage, StageStatus.RUNNING, evaluation)));
    // An experiment has 200 stages: 66 whole ones fit, and a part of the next.
    int perExperiment = 200 * OF_AN_ARM + OF_AN_EXPERIMENT;
    int whole = maximum / perExperiment;
    int rest = (maximum - whole * perExperiment - OF_AN_EXPERIMENT) / OF_AN_ARM;
    int let = whole * 200 + rest;
    ScrapedText scraped = scrape();
    assertEquals(let, scraped.all(Metric.CERTIFICATE_MARGIN.wireName()).size());
    assertEquals(20_000 - let, scraped.one(Metric.METRICS_DROPPED.wireName()).value());
    assertEquals(
        let * OF_AN_ARM + (whole + 1) * OF_AN_EXPERIMENT,
        scraped.one(Metric.METRICS_SERIES.wireName()).value());
    stages.forEach(
        stage -> meters.stands(stage, standing(stage, StageStatus.COMPLETED, evaluation)));
    clock.pass(RETENTION);
    assertEquals(0, value(Metric.METRICS_SERIES));
  }
}
