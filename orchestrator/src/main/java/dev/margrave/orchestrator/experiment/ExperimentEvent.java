package dev.margrave.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.time.Instant;
import java.util.List;

/** What happened to an experiment. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ExperimentEvent.Submitted.class, name = "experiment-submitted-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.StageEnded.class, name = "experiment-stage-ended-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Finished.class, name = "experiment-finished-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Reopened.class, name = "experiment-reopened-1"),
  @JsonSubTypes.Type(
      value = ExperimentEvent.StagesReopened.class,
      name = "experiment-stages-reopened-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Respecified.class, name = "experiment-respecified-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Extended.class, name = "experiment-extended-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Paused.class, name = "experiment-paused-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Resumed.class, name = "experiment-resumed-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Cancelled.class, name = "experiment-cancelled-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Removed.class, name = "experiment-removed-1")
})
public sealed interface ExperimentEvent extends JournalEvent {

  /** It is to be run. */
  record Submitted(ExperimentId experiment, ExperimentSpec spec, String specHash, Instant at)
      implements ExperimentEvent {}

  /** One of its stages is over. */
  record StageEnded(StageEnding ending) implements ExperimentEvent {}

  /**
   * Nothing is left to run.
   *
   * @param overall how its gates came out together
   */
  record Finished(GateOutcome overall, Instant at) implements ExperimentEvent {}

  /**
   * Every stage that did not complete is to be tried again. Journals from before single stages
   * could be tried again hold it; now there is {@link StagesReopened}.
   */
  record Reopened(Instant at) implements ExperimentEvent {}

  /** These stages, which did not complete, are to be tried again. */
  record StagesReopened(List<StageKey> stages, Instant at) implements ExperimentEvent {
    public StagesReopened {
      stages = List.copyOf(stages);
    }
  }

  /** It was submitted again with a spec of the same hash that differs in what does not count. */
  record Respecified(ExperimentSpec spec) implements ExperimentEvent {}

  /**
   * It has more seeds.
   *
   * @param spec the former one with them
   */
  record Extended(ExperimentSpec spec, String specHash, Instant at) implements ExperimentEvent {}

  /** Nothing of it is to run until it is resumed. */
  record Paused(Instant at) implements ExperimentEvent {}

  /** It goes on. */
  record Resumed(Instant at) implements ExperimentEvent {}

  /**
   * Everything that is not over ends.
   *
   * @param asked stages whose supervisors may know of them, and have to be told
   * @param unasked stages of which nobody knows yet
   */
  record Cancelled(List<StageKey> asked, List<StageKey> unasked, Instant at)
      implements ExperimentEvent {
    public Cancelled {
      asked = List.copyOf(asked);
      unasked = List.copyOf(unasked);
    }
  }

  /** It is off the list. */
  record Removed(Instant at) implements ExperimentEvent {}
}
