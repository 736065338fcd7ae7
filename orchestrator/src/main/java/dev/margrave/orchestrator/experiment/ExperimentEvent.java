package dev.margrave.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.time.Instant;

/** What happened to an experiment. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ExperimentEvent.Submitted.class, name = "experiment-submitted-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.StageEnded.class, name = "experiment-stage-ended-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Finished.class, name = "experiment-finished-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Reopened.class, name = "experiment-reopened-1"),
  @JsonSubTypes.Type(value = ExperimentEvent.Respecified.class, name = "experiment-respecified-1")
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

  /** It was submitted again: the stages that did not complete are to be tried again. */
  record Reopened(Instant at) implements ExperimentEvent {}

  /** It was submitted again with a spec of the same hash that differs in what does not count. */
  record Respecified(ExperimentSpec spec) implements ExperimentEvent {}
}
