package dev.margrave.orchestrator.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Effort;
import java.util.List;
import java.util.Optional;

/**
 * How a stage ended, once and for all.
 *
 * @param outcome Completed, Failed or Cancelled
 * @param attempts tries that were begun
 * @param effort of all attempts up to their last checkpoints
 * @param margins an arm's curve, by increasing step
 * @param resumedAtSteps where each attempt after the first began, in their order
 */
public record StageEnding(
    StageKey stage,
    Outcome outcome,
    int attempts,
    Effort effort,
    List<MarginPoint> margins,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> resumedAtSteps) {

  /** What is said of a stage that was cancelled. */
  public static final String CANCELLED = "it was cancelled";

  public StageEnding {
    margins = List.copyOf(margins);
    // Absent from journals of before they were kept.
    resumedAtSteps = resumedAtSteps == null ? List.of() : List.copyOf(resumedAtSteps);
  }

  /** In one attempt, or in some of which it is not known where they began. */
  public StageEnding(
      StageKey stage, Outcome outcome, int attempts, Effort effort, List<MarginPoint> margins) {
    this(stage, outcome, attempts, effort, margins, List.of());
  }

  /** Whether it left a result. */
  @JsonIgnore
  public boolean completed() {
    return outcome instanceof Outcome.Completed;
  }

  /** Whether a user ended it. */
  @JsonIgnore
  public boolean cancelled() {
    return outcome instanceof Outcome.Cancelled;
  }

  /** What it left; empty when it did not complete. */
  @JsonIgnore
  public Optional<StageResult> result() {
    return outcome instanceof Outcome.Completed completed
        ? Optional.of(completed.result())
        : Optional.empty();
  }

  /** Of its lost margin, as its result says; 0 when it did not complete. */
  @JsonIgnore
  public int automaticRescues() {
    return result()
        .filter(StageResult.ArmTrained.class::isInstance)
        .map(arm -> ((StageResult.ArmTrained) arm).provenance().rescuedAtSteps().size())
        .orElse(0);
  }

  /** Why it did not complete, in a sentence; empty when it did. */
  @JsonIgnore
  public Optional<String> failure() {
    if (outcome instanceof Outcome.Failed failed) {
      return Optional.of(failed.message());
    }
    return completed() ? Optional.empty() : Optional.of(CANCELLED);
  }
}
