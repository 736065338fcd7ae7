package dev.margrave.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.protocol.result.StageResult;

/** How an attempt ended. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Outcome.Completed.class, name = "completed"),
  @JsonSubTypes.Type(value = Outcome.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = Outcome.Cancelled.class, name = "cancelled"),
  @JsonSubTypes.Type(value = Outcome.HandedBack.class, name = "handed-back")
})
public sealed interface Outcome {
  /** The stage is done. */
  record Completed(StageResult result) implements Outcome {}

  /**
   * The attempt failed.
   *
   * @param message one sentence that a user can act on
   */
  record Failed(FailureKind kind, String message) implements Outcome {}

  /** Stopped because its supervisor said so. */
  record Cancelled() implements Outcome {}

  /** The node is going away: checkpointed, to be continued elsewhere or later. */
  record HandedBack() implements Outcome {}
}
