package dev.margrave.workers.vae;

import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.workers.vae.engine.AlignmentGradients;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.RegularSimplex;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessHead;

/**
 * Finds the saddle before a rescue starts from it: a dead head on a dead code has no gradient that
 * leads out, so the head is drawn anew.
 */
final class SaddleGuard {
  private SaddleGuard() {}

  /**
   * Measures both gradients on the whole training split at z = μ(x); re-seeds the head when both
   * are under their floors.
   *
   * @param seed of the new head's weights
   * @param rescue 0 for the arm's own, else the number of an automatic one: each draws other
   *     weights
   */
  static RescueGuard apply(
      TrainingEngine engine, TaughtSplit train, RescueSpec floors, long seed, int rescue) {
    if (engine.spec().witness() == WitnessHead.SIMPLEX) {
      return RescueGuard.ofFixedWitness(throughSimplex(engine, train));
    }
    EngineState state = engine.snapshot();
    float[] weights = state.tensor(EngineState.WEIGHT + EngineState.WITNESS_WEIGHTS).values();
    float[] bias = state.tensor(EngineState.WEIGHT + EngineState.WITNESS_BIAS).values();
    AlignmentGradients gradients =
        AlignmentGradients.at(
            Posteriors.of(engine, train.images()).mean(),
            train.teacherAsFloats(),
            train.size(),
            weights,
            bias);
    boolean saddle =
        gradients.throughHead() < floors.codeGradientFloor()
            && gradients.weightsOnly() < floors.headGradientFloor();
    if (saddle) {
      engine.resetWitness(
          glorot(engine.spec().latent(), engine.spec().components(), seed, rescue), bias);
    }
    return new RescueGuard(gradients.throughHead(), gradients.weightsOnly(), saddle);
  }

  /** A simplex is never dead, so there is always a way out, and nothing to draw anew. */
  private static double throughSimplex(TrainingEngine engine, TaughtSplit train) {
    int components = engine.spec().components();
    return AlignmentGradients.at(
            Posteriors.of(engine, train.images()).mean(),
            train.teacherAsFloats(),
            train.size(),
            new RegularSimplex(components).headWeights(engine.spec().latent()),
            new float[components])
        .throughHead();
  }

  /** Glorot-uniform weights (Glorot and Bengio 2010), {@code [latent·K]}. */
  private static float[] glorot(int latent, int components, long seed, int rescue) {
    double limit = Math.sqrt(6.0 / (latent + components));
    CounterRandom random = new CounterRandom(seed, Stream.WITNESS_RESEED, rescue);
    float[] weights = new float[latent * components];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (limit * random.nextSymmetric());
    }
    return weights;
  }
}
