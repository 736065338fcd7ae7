package dev.margrave.orchestrator.service;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.WireMessage;
import java.util.List;
import java.util.Optional;

/** What a user does to an experiment. Each may be repeated without harm. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Control.Pause.class, name = "pause"),
  @JsonSubTypes.Type(value = Control.Resume.class, name = "resume"),
  @JsonSubTypes.Type(value = Control.Cancel.class, name = "cancel"),
  @JsonSubTypes.Type(value = Control.Retry.class, name = "retry"),
  @JsonSubTypes.Type(value = Control.Extend.class, name = "extend"),
  @JsonSubTypes.Type(value = Control.Remove.class, name = "remove")
})
public sealed interface Control extends WireMessage {
  /** Stages that run checkpoint and free their slots; no new one starts. */
  record Pause() implements Control {}

  /** Goes on after a pause. */
  record Resume() implements Control {}

  /** Ends all stages that are not over; what completed stays. */
  record Cancel() implements Control {}

  /**
   * Tries again what failed or was cancelled.
   *
   * @param stage only this one; empty: all
   */
  record Retry(Optional<StageKey> stage) implements Control {}

  /** Adds seeds; the cells that are there are not touched. */
  record Extend(List<Long> seeds) implements Control {}

  /** Takes an experiment that is over off the list; its artefacts stay. */
  record Remove() implements Control {}
}
