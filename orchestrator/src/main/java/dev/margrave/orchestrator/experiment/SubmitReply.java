package dev.margrave.orchestrator.experiment;

import dev.margrave.protocol.ExperimentId;

/** What became of a submission. */
public sealed interface SubmitReply {

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
