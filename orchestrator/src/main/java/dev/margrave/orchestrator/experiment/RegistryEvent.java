package dev.margrave.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.protocol.ExperimentId;
import java.time.Instant;

/** What happened to the list of experiments. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RegistryEvent.Opened.class, name = "experiment-opened-1"),
  @JsonSubTypes.Type(value = RegistryEvent.EntryExtended.class, name = "entry-extended-1"),
  @JsonSubTypes.Type(value = RegistryEvent.EntryRemoved.class, name = "entry-removed-1")
})
public sealed interface RegistryEvent extends JournalEvent {

  /**
   * A name, or a fresh generation of it, was given to a spec.
   *
   * @param canonicalSpec its canonical text
   */
  record Opened(ExperimentId experiment, String specHash, String canonicalSpec, Instant at)
      implements RegistryEvent {}

  /** An experiment has another spec, because it was extended. */
  record EntryExtended(ExperimentId experiment, String specHash, String canonicalSpec)
      implements RegistryEvent {}

  /** An experiment is off the list; its name may be used again. */
  record EntryRemoved(ExperimentId experiment) implements RegistryEvent {}
}
