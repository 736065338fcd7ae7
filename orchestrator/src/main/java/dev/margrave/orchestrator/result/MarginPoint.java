package dev.margrave.orchestrator.result;

import dev.margrave.protocol.result.Evaluation;

/**
 * One point of an arm's curve, on the held-out split.
 *
 * @param step optimiser steps done in the stage
 * @param epoch the same in passes over the training split
 * @param beta weight of the KL term
 * @param lambda weight of the alignment term
 * @param marginNats G at sampled z
 * @param marginAtMeanNats G at z = μ(x)
 * @param standardErrorNats of {@code marginNats}
 * @param klNats mean KL(q(z|x) ‖ N(0, I)) per image
 */
public record MarginPoint(
    long step,
    double epoch,
    double beta,
    double lambda,
    double marginNats,
    double marginAtMeanNats,
    double standardErrorNats,
    double klNats) {

  /** The point of an evaluation. */
  public static MarginPoint of(Evaluation evaluation) {
    return new MarginPoint(
        evaluation.step(),
        evaluation.epoch(),
        evaluation.beta(),
        evaluation.lambda(),
        evaluation.sampled().marginNats(),
        evaluation.atMean().marginNats(),
        evaluation.sampled().standardErrorNats(),
        evaluation.statistics().klNats());
  }
}
