package dev.margrave.orchestrator.stage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The attempts at a stage.
 *
 * @param attempt the current or last one; 0 before the first
 * @param counted ended ones that count against the limit
 * @param lostWorkers whose loss ended one: each counts once
 * @param lostInARow that ended in a loss since the last checkpoint, or the last one that ended
 *     otherwise
 * @param exhaustedWorkers that ran out of memory or disk with it: it is not given to them again
 * @param resumedAtSteps where each attempt after the first began, in their order
 */
public record Tries(
    int attempt,
    int counted,
    List<String> lostWorkers,
    int lostInARow,
    List<String> exhaustedWorkers,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> resumedAtSteps) {

  /** Only for figures: what comes after so many is not kept. */
  static final int MOST_RESUMED = 1000;

  /** Not tried yet. */
  static final Tries NONE = new Tries(0, 0, List.of(), 0, List.of(), List.of());

  public Tries {
    lostWorkers = List.copyOf(lostWorkers);
    exhaustedWorkers = List.copyOf(exhaustedWorkers);
    // Absent from snapshots of before they were kept.
    resumedAtSteps = resumedAtSteps == null ? List.of() : List.copyOf(resumedAtSteps);
  }

  /**
   * One begins.
   *
   * @param fromStep where it goes on
   */
  Tries began(int number, long fromStep) {
    List<Long> steps = new ArrayList<>(resumedAtSteps);
    if (number > 1 && steps.size() < MOST_RESUMED) {
      steps.add(fromStep);
    }
    return new Tries(number, counted, lostWorkers, lostInARow, exhaustedWorkers, steps);
  }

  /**
   * One is over.
   *
   * @param lost the worker whose loss ended it; empty when it was not lost, or lost with the
   *     supervisor's own process
   * @param exhausted the worker that had not enough for it
   */
  Tries ended(boolean counts, Optional<String> lost, Optional<String> exhausted) {
    return new Tries(
        attempt,
        counted + (counts ? 1 : 0),
        with(lostWorkers, lost),
        lost.isPresent() ? lostInARow + 1 : 0,
        with(exhaustedWorkers, exhausted),
        resumedAtSteps);
  }

  /** The current one saved work. */
  Tries progressed() {
    return lostInARow == 0
        ? this
        : new Tries(attempt, counted, lostWorkers, 0, exhaustedWorkers, resumedAtSteps);
  }

  /** Counted anew; numbers go on, for they are the fencing tokens. */
  Tries forgotten() {
    return new Tries(attempt, 0, List.of(), 0, List.of(), resumedAtSteps);
  }

  private static List<String> with(List<String> workers, Optional<String> more) {
    List<String> all = new ArrayList<>(workers);
    more.filter(worker -> !all.contains(worker)).ifPresent(all::add);
    return all;
  }
}
