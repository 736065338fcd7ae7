package dev.margrave.orchestrator.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Effort;
import java.util.List;
import java.util.Optional;

/**
 * One arm of one seed against one teacher.
 *
 * @param result what it left; empty when it did not complete
 * @param failure why it did not complete, in a sentence; empty when it did
 * @param attempts tries that were begun, those of earlier processes included
 * @param effort of all attempts up to their last checkpoints
 * @param margins the curve, by increasing step
 * @param resumedAtSteps where each attempt after the first began, in their order
 */
public record ArmRow(
    Arm arm,
    long seed,
    long teacherSeed,
    Optional<StageResult.ArmTrained> result,
    Optional<String> failure,
    int attempts,
    Effort effort,
    List<MarginPoint> margins,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> resumedAtSteps) {

  public ArmRow {
    margins = List.copyOf(margins);
    // Absent from the evidence of before they were kept.
    resumedAtSteps = resumedAtSteps == null ? List.of() : List.copyOf(resumedAtSteps);
  }

  /** In one attempt, or in some of which it is not known where they began. */
  public ArmRow(
      Arm arm,
      long seed,
      long teacherSeed,
      Optional<StageResult.ArmTrained> result,
      Optional<String> failure,
      int attempts,
      Effort effort,
      List<MarginPoint> margins) {
    this(arm, seed, teacherSeed, result, failure, attempts, effort, margins, List.of());
  }

  /** Times that the orchestrator rescued its margin by itself; empty when it did not complete. */
  public Optional<Integer> automaticRescues() {
    return result.map(trained -> trained.provenance().rescuedAtSteps().size());
  }

  /** Images trained on per second of optimiser steps; 0 when nothing was trained. */
  public double imagesPerSecond() {
    return effort.trainingSeconds() > 0 ? effort.images() / effort.trainingSeconds() : 0;
  }
}
