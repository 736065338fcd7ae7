package dev.margrave.orchestrator.metrics;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.Verdict;
import dev.margrave.metrics.ExperimentCounters;
import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.StageTable;
import dev.margrave.metrics.Timing;
import dev.margrave.orchestrator.stage.StageInstruments;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.metrics.AttemptKind;
import dev.margrave.protocol.metrics.Metric;
import dev.margrave.protocol.metrics.StageOutcome;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.VaeStatistics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The metrics of the stages whose supervisors live in this process. */
public final class StageMeters implements StageInstruments {
  private static final double NANOS = 1e-9;

  /** A teacher search has the first ones only. */
  private static final List<Metric> COLUMNS =
      List.of(
          Metric.STAGE_STATE,
          Metric.STAGE_ATTEMPT,
          Metric.STAGE_PROGRESS,
          Metric.STAGE_RESCUES,
          Metric.STAGE_CHECKPOINT_STEP,
          Metric.TRAINING_EPOCH,
          Metric.CERTIFICATE_MARGIN,
          Metric.CERTIFICATE_SAFE_MARGIN,
          Metric.CERTIFICATE_TEACHER_INFORMATION,
          Metric.CERTIFICATE_ALIGNMENT_LOSS,
          Metric.CERTIFICATE_WITNESS_INFORMATION,
          Metric.CERTIFICATE_VERDICT,
          Metric.VAE_KL,
          Metric.VAE_RECONSTRUCTION,
          Metric.VAE_ACTIVE_UNITS);

  private static final int SEARCH_COLUMNS = 3;

  /** An attempt that ended so that another one is its recovery, and when. */
  private record Loss(AttemptKind kind, long nanos) {}

  private final StageTable table;
  private final ExperimentCounters experiments;
  private final Map<String, Timing> recovery;
  private final Timing persist;
  private final LongSupplier nanoTime;
  private final Map<StageId, Loss> losses = new ConcurrentHashMap<>();

  /**
   * No stage yet.
   *
   * @param nanoTime a monotonic clock, nanoseconds
   */
  public StageMeters(MetricsRegistry registry, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.experiments =
        registry.experiments(
            Map.of(
                Metric.ATTEMPTS,
                Arrays.stream(AttemptKind.values()).map(AttemptKind::text).toList(),
                Metric.STAGES_ENDED,
                Arrays.stream(StageOutcome.values()).map(StageOutcome::text).toList(),
                Metric.CHECKPOINTS_COMMITTED,
                List.of()));
    this.table =
        registry.stages(COLUMNS, SEARCH_COLUMNS, Optional.empty(), Optional.of(experiments));
    this.recovery =
        registry.timings(
            Metric.RECOVERY_SECONDS,
            Arrays.stream(AttemptKind.values())
                .filter(AttemptKind::recoverable)
                .map(AttemptKind::text)
                .toList());
    this.persist = registry.timing(Metric.JOURNAL_PERSIST_SECONDS);
  }

  @Override
  public void stands(StageId stage, Standing standing) {
    if (standing.view().status().over()) {
      table.end(stage, values -> fill(values, stage, standing));
    } else {
      table.update(stage, standing.dataset(), values -> fill(values, stage, standing));
    }
  }

  private static void fill(StageTable.Values values, StageId stage, Standing standing) {
    StageView view = standing.view();
    values.set(Metric.STAGE_STATE, number(view.status()));
    values.set(Metric.STAGE_ATTEMPT, view.attempt());
    view.progress()
        .filter(progress -> progress.total() > 0)
        .ifPresent(
            progress ->
                values.set(
                    Metric.STAGE_PROGRESS, (double) progress.done() / (double) progress.total()));
    if (stage.key() instanceof StageKey.ArmRun) {
      values.set(Metric.STAGE_RESCUES, view.rescues());
      standing
          .checkpointStep()
          .ifPresent(step -> values.set(Metric.STAGE_CHECKPOINT_STEP, (double) step));
      epoch(view).ifPresent(epoch -> values.set(Metric.TRAINING_EPOCH, epoch));
      view.evaluation().ifPresent(evaluation -> fill(values, evaluation));
    }
  }

  private static Optional<Double> epoch(StageView view) {
    return view.progress()
        .map(StageProgress::epoch)
        .or(() -> view.evaluation().map(Evaluation::epoch));
  }

  private static void fill(StageTable.Values values, Evaluation evaluation) {
    Certificate certificate = evaluation.sampled();
    VaeStatistics statistics = evaluation.statistics();
    values
        .set(Metric.CERTIFICATE_MARGIN, certificate.marginNats())
        .set(Metric.CERTIFICATE_SAFE_MARGIN, certificate.safeMarginNats())
        .set(Metric.CERTIFICATE_TEACHER_INFORMATION, certificate.teacherInformationNats())
        .set(Metric.CERTIFICATE_ALIGNMENT_LOSS, certificate.alignmentLossNats())
        .set(Metric.CERTIFICATE_WITNESS_INFORMATION, certificate.witnessInformationNats())
        .set(Metric.CERTIFICATE_VERDICT, number(certificate.verdict()))
        .set(Metric.VAE_KL, statistics.klNats())
        .set(Metric.VAE_RECONSTRUCTION, statistics.reconstructionNats())
        .set(Metric.VAE_ACTIVE_UNITS, statistics.activeUnits());
  }

  private static int number(Verdict verdict) {
    return switch (verdict) {
      case CERTIFIED -> 1;
      case INCONCLUSIVE -> 0;
      case NEGATIVE -> -1;
    };
  }

  private static double number(StageStatus status) {
    return switch (status) {
      // Nobody supervises it: it has no series.
      case PENDING, BLOCKED -> Double.NaN;
      case WAITING -> 1;
      case RUNNING -> 2;
      case COMPLETED -> 3;
      case FAILED -> 4;
    };
  }

  @Override
  public void left(StageId stage) {
    losses.remove(stage);
    table.leave(stage);
  }

  @Override
  public void attemptEnded(StageId stage, AttemptKind kind) {
    experiments.increment(Metric.ATTEMPTS, stage, kind.text());
    if (kind.recoverable()) {
      losses.put(stage, new Loss(kind, nanoTime.getAsLong()));
    }
  }

  @Override
  public void attemptHeard(StageId stage) {
    Loss loss = losses.remove(stage);
    if (loss != null) {
      recovery
          .get(loss.kind().text())
          .observe((nanoTime.getAsLong() - loss.nanos()) * NANOS, stage);
    }
  }

  @Override
  public void heldBack(StageId stage) {
    losses.remove(stage);
  }

  @Override
  public void checkpointCommitted(StageId stage) {
    experiments.increment(Metric.CHECKPOINTS_COMMITTED, stage);
  }

  @Override
  public void stageEnded(StageId stage, StageOutcome outcome) {
    losses.remove(stage);
    experiments.increment(Metric.STAGES_ENDED, stage, outcome.text());
  }

  @Override
  public Runnable persisting(StageId stage) {
    long began = nanoTime.getAsLong();
    return () -> persist.observe((nanoTime.getAsLong() - began) * NANOS, stage);
  }
}
