package dev.margrave.workers.vae;

import dev.margrave.workers.vae.engine.StepLosses;
import java.util.SortedMap;

/**
 * Takes an arm's steps on its engine, and remembers what the objective needs from one to the next.
 * One thread's.
 */
sealed interface StepTaker permits ScheduledSteps, GecoSteps, LaggingSteps {

  /**
   * What one update was.
   *
   * @param whole whether the arm's step is done with it; else another update of the same step
   *     follows
   */
  record Taken(StepLosses losses, boolean whole) {}

  /** For an objective. */
  static StepTaker of(Objective objective, TrainingContext context) {
    if (objective instanceof Objective.Constrained constrained) {
      return new GecoSteps(constrained, context);
    }
    if (objective instanceof Objective.Lagging lagging) {
      return new LaggingSteps(lagging, context);
    }
    return new ScheduledSteps(((Objective.Scheduled) objective).beta(), context);
  }

  /** The next update of the arm's {@code step}-th step, from 0. */
  Taken take(long step);

  /** The weight of the KL in that step; of one that is over, it may be told only as it is now. */
  double beta(long step);

  /** What a resumed arm must know besides its step and its engine's state; empty for nothing. */
  SortedMap<String, Double> memory();

  /** Goes on from there. */
  void recall(SortedMap<String, Double> memory);
}
