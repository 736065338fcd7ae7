package dev.margrave.workers.vae;

import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.workers.vae.engine.EngineState;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a resumed arm needs to end with the same bits: noise, data order and schedule are
 * functions of seed and step, so weights, moments and the step are enough, and what the objective
 * remembers.
 *
 * @param specHash of the experiment it belongs to
 * @param stage text of its {@link dev.margrave.protocol.StageKey}
 * @param step optimiser steps done in this stage
 * @param over whether the arm has ended, and only its final measurements remain
 * @param guard what the last rescue measured before it started
 * @param rescues automatic ones that were applied
 * @param lambda of the steps that follow, where the margin guard steers it
 * @param startedFromSha256 of the checkpoint that this stage started from
 * @param memory of the arm's {@link StepTaker}
 * @param engines that trained it so far, each once, in order; empty where that was not written
 */
public record TrainingState(
    String specHash,
    String stage,
    long step,
    boolean over,
    Optional<RescueGuard> guard,
    int rescues,
    OptionalDouble lambda,
    Optional<String> startedFromSha256,
    SortedMap<String, Double> memory,
    List<String> engines,
    EngineState engine) {

  public TrainingState {
    engines = List.copyOf(engines);
    memory = Collections.unmodifiableSortedMap(new TreeMap<>(memory));
  }

  /** Of an objective that remembers nothing, by an engine that nobody names. */
  public TrainingState(
      String specHash,
      String stage,
      long step,
      boolean over,
      Optional<RescueGuard> guard,
      int rescues,
      OptionalDouble lambda,
      Optional<String> startedFromSha256,
      EngineState engine) {
    this(
        specHash,
        stage,
        step,
        over,
        guard,
        rescues,
        lambda,
        startedFromSha256,
        Collections.emptySortedMap(),
        List.of(),
        engine);
  }
}
