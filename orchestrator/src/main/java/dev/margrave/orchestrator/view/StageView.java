package dev.margrave.orchestrator.view;

import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult;
import java.util.Optional;

/**
 * One stage as a user sees it.
 *
 * @param reason why it waits, failed or is blocked, in words, and the automatic rescue it is in;
 *     empty where nothing needs saying
 * @param attempt the current or last one; 0 before the first
 * @param worker that has it; empty unless it runs
 * @param progress of the current attempt; empty unless it runs and has reported
 * @param evaluation the latest one, of whichever attempt
 * @param guard of the latest rescue, once measured
 * @param result of a completed stage
 * @param rescues automatic ones that were started
 */
public record StageView(
    StageKey stage,
    StageStatus status,
    String reason,
    int attempt,
    Optional<String> worker,
    Optional<StageProgress> progress,
    Optional<Evaluation> evaluation,
    Optional<RescueGuard> guard,
    Optional<StageResult> result,
    int rescues) {

  /** Without automatic rescues. */
  public StageView(
      StageKey stage,
      StageStatus status,
      String reason,
      int attempt,
      Optional<String> worker,
      Optional<StageProgress> progress,
      Optional<Evaluation> evaluation,
      Optional<RescueGuard> guard,
      Optional<StageResult> result) {
    this(stage, status, reason, attempt, worker, progress, evaluation, guard, result, 0);
  }

  /** The same for another reason. */
  StageView because(String other) {
    return new StageView(
        stage, status, other, attempt, worker, progress, evaluation, guard, result, rescues);
  }

  /** A stage of which nothing is known yet but that it is planned. */
  public static StageView pending(StageKey stage, StageStatus status, String reason) {
    return new StageView(
        stage,
        status,
        reason,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
