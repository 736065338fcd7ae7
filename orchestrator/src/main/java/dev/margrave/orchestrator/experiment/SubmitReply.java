package dev.margrave.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.WireMessage;

/** What became of a submission. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SubmitReply.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = SubmitReply.SpecChanged.class, name = "spec-changed"),
  @JsonSubTypes.Type(value = SubmitReply.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = SubmitReply.Broken.class, name = "broken")
})
public sealed interface SubmitReply extends WireMessage {

  /**
   * It runs, goes on where it stopped, or had finished already: watching it tells which.
   *
   * @param resumed whether it was there before
   */
  record Accepted(ExperimentId experiment, boolean resumed) implements SubmitReply {}

  /**
   * Another spec has that name.
   *
   * @param experiment the one that is there
   * @param message one sentence with the mend
   * @param previousSpec its canonical text, to be compared with the submitted one
   */
  record SpecChanged(ExperimentId experiment, String message, String previousSpec)
      implements SubmitReply {}

  /**
   * It cannot be run, for instance because it has more stages than the limit.
   *
   * @param message one sentence with the mend
   */
  record Refused(String message) implements SubmitReply {}

  /**
   * The journal broke or does not answer: nothing is wrong with the submission.
   *
   * @param message one sentence with the mend
   */
  record Broken(String message) implements SubmitReply {}
}
