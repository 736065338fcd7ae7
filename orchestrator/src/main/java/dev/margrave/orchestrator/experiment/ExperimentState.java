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
              submitted.experiment(), submitted.spec(), submitted.specHash(), List.of(), false)
          : ExperimentState.super.apply(event);
    }
  }

  /**
   * Submitted.
   *
   * @param endings of the stages that are over, in the order in which they ended
   * @param finished whether nothing is left to run
   */
  record Active(
      ExperimentId experiment,
      ExperimentSpec spec,
      String specHash,
      List<StageEnding> endings,
      boolean finished)
      implements ExperimentState {

    public Active {
      endings = List.copyOf(endings);
    }

    @Override
    public ExperimentState apply(ExperimentEvent event) {
      if (event instanceof ExperimentEvent.StageEnded ended) {
        List<StageEnding> more = new ArrayList<>(endings);
        more.add(ended.ending());
        return new Active(experiment, spec, specHash, more, finished);
      }
      if (event instanceof ExperimentEvent.Finished) {
        return new Active(experiment, spec, specHash, endings, true);
      }
      return ExperimentState.super.apply(event);
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
