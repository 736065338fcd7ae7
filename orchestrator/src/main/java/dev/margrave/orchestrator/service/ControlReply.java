package dev.margrave.orchestrator.service;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.protocol.WireMessage;

/** What became of a {@link Control}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ControlReply.Done.class, name = "done"),
  @JsonSubTypes.Type(value = ControlReply.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = ControlReply.Unknown.class, name = "unknown")
})
public sealed interface ControlReply extends WireMessage {
  /**
   * It is in the journal, now or since before.
   *
   * @param message what happens now, in one sentence
   */
  record Done(String message) implements ControlReply {}

  /**
   * It makes no sense in the experiment's present state.
   *
   * @param message one sentence with the mend
   */
  record Refused(String message) implements ControlReply {}

  /** There is no such experiment. */
  record Unknown(String experiment) implements ControlReply {}
}
