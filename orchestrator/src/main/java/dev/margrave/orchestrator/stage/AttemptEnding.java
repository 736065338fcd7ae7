package dev.margrave.orchestrator.stage;

import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol.Cause;
import java.time.Duration;

/**
 * What follows from the end of an attempt. Pure.
 *
 * @param event to be persisted
 * @param delay before the next attempt, if there is one
 */
record AttemptEnding(StageEvent.AttemptEnded event, Duration delay) {

  /** The worker says that the attempt ended. */
  static AttemptEnding reported(
      Running state, Outcome reported, Effort effort, RetrySettings settings, long seed) {
    Outcome outcome = plausible(state.history().stage().key(), reported);
    return of(
        state,
        outcome,
        effort,
        false,
        RetryPolicy.decide(state.history(), state.worker(), outcome, settings, seed));
  }

  /** The worker's node is gone for good. */
  static AttemptEnding workerGone(Running state, RetrySettings settings, long seed) {
    return reported(
        state, lost("worker " + state.worker() + " is gone"), Effort.NONE, settings, seed);
  }

  /** The worker was silent for a whole lease. */
  static AttemptEnding leaseExpired(
      Running state, Duration lease, RetrySettings settings, long seed) {
    return reported(
        state,
        lost("worker " + state.worker() + " was silent for " + StageViews.words(lease)),
        Effort.NONE,
        settings,
        seed);
  }

  /** The process of supervisor and worker ended: nobody's fault, so it counts for nothing. */
  static AttemptEnding interrupted(Running state) {
    return of(
        state,
        lost("the process ended while worker " + state.worker() + " had it"),
        Effort.NONE,
        true,
        new RetryPolicy.Decision(false, false, Duration.ZERO));
  }

  /**
   * Its supervisor came back and the worker did not: it ended with the orchestrator, or it was
   * never told of the attempt. Nobody's fault either.
   */
  static AttemptEnding neverHeardAgain(Running state, Duration reattach) {
    return of(
        state,
        lost(
            "worker "
                + state.worker()
                + " was not heard for "
                + StageViews.words(reattach)
                + " after its orchestrator's end"),
        Effort.NONE,
        true,
        new RetryPolicy.Decision(false, false, Duration.ZERO));
  }

  /** What the scheduler needs to know of the worker. */
  Cause cause() {
    if (event.outcome() instanceof Outcome.Failed failed) {
      return switch (failed.kind()) {
        case RESOURCE -> Cause.EXHAUSTED;
        case LOST -> event.interrupted() ? Cause.DONE : Cause.LOST;
        case USER, NUMERIC, CRASH -> Cause.DONE;
      };
    }
    return Cause.DONE;
  }

  private static AttemptEnding of(
      Running state,
      Outcome outcome,
      Effort effort,
      boolean interrupted,
      RetryPolicy.Decision decision) {
    return new AttemptEnding(
        new StageEvent.AttemptEnded(
            state.history().attempt(),
            outcome,
            effort,
            interrupted,
            decision.counted(),
            decision.last()),
        decision.delay());
  }

  private static Outcome lost(String message) {
    return new Outcome.Failed(FailureKind.LOST, message);
  }

  /** A result of the wrong kind is a fault of the worker, not a result. */
  private static Outcome plausible(StageKey stage, Outcome outcome) {
    if (!(outcome instanceof Outcome.Completed completed)) {
      return outcome;
    }
    boolean search = stage instanceof StageKey.TeacherSearch;
    boolean teacher = completed.result() instanceof StageResult.TeacherFound;
    return search == teacher
        ? outcome
        : new Outcome.Failed(
            FailureKind.CRASH,
            "the worker left a " + completed.result().getClass().getSimpleName() + " for " + stage);
  }
}
