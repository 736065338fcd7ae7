package dev.margrave.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.margrave.orchestrator.journal.JournalState;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where an experiment stands.
 *
 * <pre>
 *   Unknown --Submitted--&gt; Active --StageEnded*, Finished--&gt; Active, finished
 *                             ^                                    |
 *                             +---- Reopened, if a stage failed ---+
 * </pre>
 */
public sealed interface ExperimentState extends JournalState {

  /** The state after an event. */
  default ExperimentState apply(ExperimentEvent event) {
    throw new IllegalStateException(
        event.getClass().getSimpleName() + " cannot happen in state " + getClass().getSimpleName());
  }

  /** Never submitted. */
  record Unknown() implements ExperimentState {
    @Override
    public ExperimentState apply(ExperimentEvent event) {
      return event instanceof ExperimentEvent.Submitted submitted
          ? new Active(
              submitted.experiment(),
              submitted.spec(),
              submitted.specHash(),
              List.of(),
              List.of(),
              false)
          : ExperimentState.super.apply(event);
    }
  }

  /**
   * Submitted.
   *
   * @param endings of the stages that are over, in the order in which they ended
   * @param forgotten endings of stages that did not complete and were reopened
   * @param finished whether nothing is left to run
   */
  record Active(
      ExperimentId experiment,
      ExperimentSpec spec,
      String specHash,
      List<StageEnding> endings,
      List<StageEnding> forgotten,
      boolean finished)
      implements ExperimentState {

    public Active {
      endings = List.copyOf(endings);
      // Absent from snapshots that were written before stages could be reopened.
      forgotten = forgotten == null ? List.of() : List.copyOf(forgotten);
    }

    @Override
    public ExperimentState apply(ExperimentEvent event) {
      if (event instanceof ExperimentEvent.StageEnded ended) {
        List<StageEnding> more = new ArrayList<>(endings);
        more.add(ended.ending());
        return new Active(experiment, spec, specHash, more, forgotten, finished);
      }
      if (event instanceof ExperimentEvent.Finished) {
        return new Active(experiment, spec, specHash, endings, forgotten, true);
      }
      if (event instanceof ExperimentEvent.Respecified respecified) {
        return new Active(experiment, respecified.spec(), specHash, endings, forgotten, finished);
      }
      if (event instanceof ExperimentEvent.Reopened) {
        return reopened();
      }
      return ExperimentState.super.apply(event);
    }

    private Active reopened() {
      List<StageEnding> kept = endings.stream().filter(StageEnding::completed).toList();
      List<StageEnding> failed = new ArrayList<>(forgotten);
      endings.stream().filter(ending -> !ending.completed()).forEach(failed::add);
      return new Active(experiment, spec, specHash, kept, failed, false);
    }

    /** Whether a stage is over without a result. */
    @JsonIgnore
    boolean failed() {
      return endings.stream().anyMatch(ending -> !ending.completed());
    }

    /** Ends of a stage after fewer attempts than this are forgotten; 0 when none is. */
    int forgetBefore(StageKey stage) {
      return forgotten.stream()
          .filter(ending -> ending.stage().equals(stage))
          .mapToInt(ending -> ending.attempts() + 1)
          .max()
          .orElse(0);
    }

    /** Whether a stage's end is news. */
    boolean isNews(StageEnding ending) {
      return !byStage().containsKey(ending.stage())
          && (ending.completed() || ending.attempts() >= forgetBefore(ending.stage()));
    }

    Map<StageKey, StageEnding> byStage() {
      Map<StageKey, StageEnding> map = new LinkedHashMap<>();
      endings.forEach(ending -> map.put(ending.stage(), ending));
      return map;
    }

    @JsonIgnore
    Map<StageKey, Plan.Fate> fates() {
      Map<StageKey, Plan.Fate> map = new LinkedHashMap<>();
      endings.forEach(
          ending ->
              map.put(ending.stage(), ending.completed() ? Plan.Fate.COMPLETED : Plan.Fate.FAILED));
      return map;
    }
  }
}
