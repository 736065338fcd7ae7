package dev.margrave.orchestrator.stage;

import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a stage, whatever its state.
 *
 * @param rank its place in the experiment's order of urgency
 * @param attempt the current or last one; 0 before the first
 * @param counted ended attempts that count against the limit
 * @param lostWorkers whose loss ended an attempt: each counts once
 * @param lostInARow attempts that ended in a loss since the last one that did not
 * @param checkpoints committed and kept, the oldest first, at most {@link #KEPT_CHECKPOINTS}
 * @param obsolete given up with the last commit; told once more with the next, for the worker may
 *     have died before it deleted them
 * @param effort up to the last checkpoint or end
 * @param evaluation the latest
 * @param guard of a rescue
 * @param margins the curve, by increasing step
 */
public record StageHistory(
    StageSpec spec,
    int rank,
    int attempt,
    int counted,
    List<String> lostWorkers,
    int lostInARow,
    List<CheckpointRef> checkpoints,
    List<ArtefactRef> obsolete,
    Effort effort,
    Optional<Evaluation> evaluation,
    Optional<RescueGuard> guard,
    List<MarginPoint> margins) {

  /** The last one, and the one before in case the last cannot be read. */
  static final int KEPT_CHECKPOINTS = 2;

  public StageHistory {
    lostWorkers = List.copyOf(lostWorkers);
    checkpoints = List.copyOf(checkpoints);
    obsolete = List.copyOf(obsolete);
    margins = List.copyOf(margins);
  }

  static StageHistory planned(StageEvent.Planned event) {
    return new StageHistory(
        event.spec(),
        event.rank(),
        0,
        0,
        List.of(),
        0,
        List.of(),
        List.of(),
        Effort.NONE,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  StageId stage() {
    return spec.stage();
  }

  /** From where the next attempt goes on; empty: from the start. */
  Optional<CheckpointRef> resumeFrom() {
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoints.get(checkpoints.size() - 1));
  }

  /** Whether a measurement at that step was persisted already. */
  boolean evaluated(long step) {
    return evaluation.isPresent() && step <= evaluation.get().step();
  }

  /** What is persisted of a report of the current attempt. */
  List<StageEvent> news(WorkerProtocol.Report report) {
    if (report instanceof WorkerProtocol.Evaluated evaluated
        && !evaluated(evaluated.evaluation().step())) {
      return List.of(new StageEvent.Evaluated(attempt, evaluated.evaluation()));
    }
    if (report instanceof WorkerProtocol.GuardMeasured measured && guard.isEmpty()) {
      return List.of(new StageEvent.GuardMeasured(attempt, measured.guard()));
    }
    if (report instanceof WorkerProtocol.CheckpointDamaged damaged
        && resumeFrom().equals(Optional.of(damaged.checkpoint()))) {
      return List.of(new StageEvent.CheckpointDropped(damaged.checkpoint()));
    }
    return List.of();
  }

  StageHistory assigned(StageEvent.Assigned event) {
    return new StageHistory(
        spec,
        rank,
        event.attempt(),
        counted,
        lostWorkers,
        lostInARow,
        checkpoints,
        obsolete,
        effort,
        evaluation,
        guard,
        margins);
  }

  StageHistory evaluated(StageEvent.Evaluated event) {
    List<MarginPoint> longer = new ArrayList<>(margins);
    longer.add(MarginPoint.of(event.evaluation()));
    return new StageHistory(
        spec,
        rank,
        attempt,
        counted,
        lostWorkers,
        lostInARow,
        checkpoints,
        obsolete,
        effort,
        Optional.of(event.evaluation()),
        guard,
        longer);
  }

  StageHistory guarded(StageEvent.GuardMeasured event) {
    return new StageHistory(
        spec,
        rank,
        attempt,
        counted,
        lostWorkers,
        lostInARow,
        checkpoints,
        obsolete,
        effort,
        evaluation,
        Optional.of(event.guard()),
        margins);
  }

  StageHistory committed(StageEvent.CheckpointCommitted event) {
    List<CheckpointRef> all = new ArrayList<>(checkpoints);
    all.add(event.checkpoint());
    int surplus = Math.max(0, all.size() - KEPT_CHECKPOINTS);
    return new StageHistory(
        spec,
        rank,
        attempt,
        counted,
        lostWorkers,
        lostInARow,
        all.subList(surplus, all.size()),
        all.subList(0, surplus).stream().map(CheckpointRef::artefact).toList(),
        effort.plus(event.effort()),
        evaluation,
        guard,
        margins);
  }

  /**
   * @param lost the worker whose loss ended it; empty when it was not lost, or lost with the
   *     supervisor's own process
   */
  StageHistory ended(StageEvent.AttemptEnded event, Optional<String> lost) {
    List<String> workers = new ArrayList<>(lostWorkers);
    lost.filter(worker -> !workers.contains(worker)).ifPresent(workers::add);
    return new StageHistory(
        spec,
        rank,
        attempt,
        counted + (event.counted() ? 1 : 0),
        workers,
        lost.isPresent() ? lostInARow + 1 : 0,
        checkpoints,
        obsolete,
        effort.plus(event.effort()),
        evaluation,
        guard,
        margins);
  }

  /** The next attempt goes on from the checkpoint before. */
  StageHistory dropped(StageEvent.CheckpointDropped event) {
    List<ArtefactRef> givenUp = new ArrayList<>(obsolete);
    givenUp.add(event.checkpoint().artefact());
    return new StageHistory(
        spec,
        rank,
        attempt,
        counted,
        lostWorkers,
        lostInARow,
        checkpoints.stream().filter(kept -> !kept.equals(event.checkpoint())).toList(),
        givenUp,
        effort,
        evaluation,
        guard,
        margins);
  }

  /** The next attempt takes this spec. */
  StageHistory respecified(StageEvent.Respecified event) {
    return new StageHistory(
        event.spec(),
        rank,
        attempt,
        counted,
        lostWorkers,
        lostInARow,
        checkpoints,
        obsolete,
        effort,
        evaluation,
        guard,
        margins);
  }

  /** What an order to run changes before the end. */
  List<StageEvent> again(StageProtocol.Run command) {
    return command.spec().equals(spec)
        ? List.of()
        : List.of(new StageEvent.Respecified(command.spec()));
  }

  /** Tries are counted anew; checkpoints, effort and measurements are kept. */
  StageHistory reopened(StageEvent.Reopened event) {
    return new StageHistory(
        event.spec(),
        rank,
        attempt,
        0,
        List.of(),
        0,
        checkpoints,
        obsolete,
        effort,
        evaluation,
        guard,
        margins);
  }

  /**
   * What a worker may delete once the last checkpoint is committed. Never what is still kept: a
   * path that was written anew is another file's name.
   */
  List<ArtefactRef> deletable(List<ArtefactRef> givenUpBefore) {
    List<ArtefactRef> all = new ArrayList<>(givenUpBefore);
    obsolete.stream().filter(artefact -> !all.contains(artefact)).forEach(all::add);
    List<String> kept = checkpoints.stream().map(kept1 -> kept1.artefact().path()).toList();
    return all.stream().filter(artefact -> !kept.contains(artefact.path())).toList();
  }
}
