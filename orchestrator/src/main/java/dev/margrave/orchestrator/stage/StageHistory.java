package dev.margrave.orchestrator.stage;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a stage, whatever its state.
 *
 * @param rank its place in the experiment's order of urgency
 */
public record StageHistory(
    StageSpec spec,
    int rank,
    Tries tries,
    SavedWork saved,
    Measurements measured,
    MarginWatch watch) {

  public StageHistory {
    // Absent from snapshots from before there was one.
    watch = watch == null ? MarginWatch.NONE : watch;
  }

  static StageHistory planned(StageEvent.Planned event) {
    return new StageHistory(
        event.spec(),
        event.rank(),
        Tries.NONE,
        SavedWork.NONE,
        Measurements.NONE,
        MarginWatch.NONE);
  }

  /** The paths of the kept checkpoints; empty when this journal knows of no such attempt. */
  Optional<List<String>> named(int attempt) {
    return attempt > attempt() ? Optional.empty() : Optional.of(saved.paths());
  }

  StageId stage() {
    return spec.stage();
  }

  /** The current or last attempt; 0 before the first. */
  int attempt() {
    return tries.attempt();
  }

  /** From where the next attempt goes on; empty: from the start. */
  Optional<CheckpointRef> resumeFrom() {
    return saved.last();
  }

  /** Where the automatic rescue takes hold that the latest evaluation asks for. */
  StageEvent.RescueStarted rescue(Evaluation latest) {
    return new StageEvent.RescueStarted(
        watch.rescues().size() + 1, attempt(), resumeFrom(), latest.step());
  }

  /** What is persisted of a report of the current attempt. */
  List<StageEvent> news(WorkerProtocol.Report report) {
    if (report instanceof WorkerProtocol.Evaluated evaluated
        && !measured.reaches(evaluated.evaluation().step())) {
      return List.of(new StageEvent.Evaluated(attempt(), evaluated.evaluation()));
    }
    if (report instanceof WorkerProtocol.GuardMeasured guard && measured.guard().isEmpty()) {
      return List.of(new StageEvent.GuardMeasured(attempt(), guard.guard()));
    }
    if (report instanceof WorkerProtocol.CheckpointDamaged damaged
        && resumeFrom().equals(Optional.of(damaged.checkpoint()))) {
      return List.of(new StageEvent.CheckpointDropped(damaged.checkpoint()));
    }
    // A repeat may come late, after the next one was committed.
    if (report instanceof WorkerProtocol.CheckpointSaved saving
        && resumeFrom().map(CheckpointRef::step).orElse(-1L) < saving.checkpoint().step()) {
      return List.of(new StageEvent.CheckpointCommitted(saving.checkpoint(), saving.effort()));
    }
    return List.of();
  }

  StageHistory assigned(StageEvent.Assigned event) {
    return with(tries.began(event.attempt(), resumeFrom().map(CheckpointRef::step).orElse(0L)));
  }

  StageHistory evaluated(StageEvent.Evaluated event) {
    return with(measured.with(event.evaluation())).with(watch.evaluated(event.evaluation()));
  }

  StageHistory rescueStarted(StageEvent.RescueStarted event) {
    return with(measured.withoutGuard())
        .with(watch.rescued(new RescueOrder(event.number(), event.step())));
  }

  StageHistory guarded(StageEvent.GuardMeasured event) {
    return with(measured.with(event.guard()));
  }

  StageHistory committed(StageEvent.CheckpointCommitted event) {
    return with(saved.committed(event.checkpoint(), event.effort())).with(tries.progressed());
  }

  StageHistory dropped(StageEvent.CheckpointDropped event) {
    return with(saved.dropped(event.checkpoint()));
  }

  /** See {@link Tries#ended}. */
  StageHistory ended(
      StageEvent.AttemptEnded event, Optional<String> lost, Optional<String> exhausted) {
    return with(tries.ended(event.counted(), lost, exhausted)).with(saved.after(event.effort()));
  }

  /** The next attempt takes this spec. */
  StageHistory respecified(StageEvent.Respecified event) {
    return new StageHistory(event.spec(), rank, tries, saved, measured, watch);
  }

  /** What an order to run changes before the end. */
  List<StageEvent> again(StageProtocol.Run command) {
    return command.spec().equals(spec)
        ? List.of()
        : List.of(new StageEvent.Respecified(command.spec()));
  }

  /** Tries are counted anew; checkpoints, effort and measurements are kept. */
  StageHistory reopened(StageEvent.Reopened event) {
    return new StageHistory(event.spec(), rank, tries.forgotten(), saved, measured, watch);
  }

  private StageHistory with(Tries changed) {
    return new StageHistory(spec, rank, changed, saved, measured, watch);
  }

  private StageHistory with(SavedWork changed) {
    return new StageHistory(spec, rank, tries, changed, measured, watch);
  }

  private StageHistory with(Measurements changed) {
    return new StageHistory(spec, rank, tries, saved, changed, watch);
  }

  private StageHistory with(MarginWatch changed) {
    return new StageHistory(spec, rank, tries, saved, measured, changed);
  }
}
