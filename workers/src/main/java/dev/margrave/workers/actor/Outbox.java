package dev.margrave.workers.actor;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.WorkerProtocol.CheckpointSaved;
import dev.margrave.protocol.worker.WorkerProtocol.Report;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * What an attempt has to say and its supervisor has not put into the journal yet, in order. Only
 * the first is on its way at any time, so that nothing is overtaken. While nobody listens, of
 * several checkpoints only the latest is kept: nobody will ask for the others.
 */
final class Outbox {
  private final AttemptId attempt;
  private final Deque<Report> waiting = new ArrayDeque<>();
  private int number = 1;

  /** Nothing to say yet. */
  Outbox(AttemptId attempt) {
    this.attempt = attempt;
  }

  /**
   * Adds a report.
   *
   * @return a checkpoint that it replaces, and that may be deleted: it was never told
   */
  Optional<CheckpointRef> add(Report report) {
    if (!(report instanceof CheckpointSaved saved)) {
      waiting.addLast(report);
      return Optional.empty();
    }
    Optional<CheckpointSaved> untold = takeUntoldCheckpoint();
    Effort before = untold.map(CheckpointSaved::effort).orElse(Effort.NONE);
    waiting.addLast(new CheckpointSaved(attempt, saved.checkpoint(), before.plus(saved.effort())));
    return untold.map(CheckpointSaved::checkpoint);
  }

  /** The first is on its way already, and may be in the journal. */
  private Optional<CheckpointSaved> takeUntoldCheckpoint() {
    Iterator<Report> all = waiting.iterator();
    if (all.hasNext()) {
      all.next();
    }
    while (all.hasNext()) {
      if (all.next() instanceof CheckpointSaved untold) {
        all.remove();
        return Optional.of(untold);
      }
    }
    return Optional.empty();
  }

  /** What is to be said now, until it is recorded. */
  Optional<Report> first() {
    return Optional.ofNullable(waiting.peekFirst());
  }

  /** The number of {@link #first}. */
  int number() {
    return number;
  }

  /**
   * That report is in the journal.
   *
   * @return it; empty when that was known
   */
  Optional<Report> recorded(int recordedNumber) {
    if (recordedNumber != number || waiting.isEmpty()) {
      return Optional.empty();
    }
    number++;
    return Optional.of(waiting.removeFirst());
  }
}
