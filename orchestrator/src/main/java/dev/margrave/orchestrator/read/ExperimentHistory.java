package dev.margrave.orchestrator.read;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import java.util.List;
import java.util.Optional;

/**
 * The past of experiments, read from tables that a projection builds from the journal. Blocks; may
 * be called from any thread.
 */
public interface ExperimentHistory {
  /**
   * The margin curves of an experiment, by arm, seed and step.
   *
   * @param arm only this one; empty: all
   * @param seed only this one; empty: all
   * @param fromStep points at this step and after
   */
  List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep);

  /**
   * The same with fewer points of each run's curve, by {@link Thinning}. It holds one whole curve
   * in memory at a time.
   *
   * @param points of a run at most, at least {@link Thinning#FEWEST_POINTS}
   */
  List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep, int points);

  /**
   * Where to begin to see what happened last.
   *
   * @param count at least 1
   * @return the id of the event before the last {@code count} ones; 0 when there are no more
   */
  long before(ExperimentId experiment, int count);

  /**
   * What happened last that is neither an evaluation nor a checkpoint, in order: of those a long
   * run has so many that nothing else would be seen.
   *
   * @param count at most so many
   */
  List<EventRow> milestones(ExperimentId experiment, int count);

  /**
   * What happened, in order.
   *
   * @param after the id of the last one known; 0 for all
   * @param limit at most so many
   */
  List<EventRow> events(ExperimentId experiment, long after, int limit);
}
