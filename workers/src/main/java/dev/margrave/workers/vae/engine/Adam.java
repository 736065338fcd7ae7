package dev.margrave.workers.vae.engine;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adam, in place.
 *
 * <p>m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε), t from 1; β₁ =
 * 0.9, β₂ = 0.999, ε = 10⁻⁸.
 *
 * <p><b>Source.</b> Kingma and Ba 2015, the order of computation proposed at the end of section 2.
 */
final class Adam {
  static final double BETA_1 = 0.9;
  static final double BETA_2 = 0.999;
  static final double EPSILON = 1e-8;

  private final Map<String, INDArray> weights;
  private final Map<String, INDArray> firstMoments;
  private final Map<String, INDArray> secondMoments;

  Adam(
      Map<String, INDArray> weights,
      Map<String, INDArray> firstMoments,
      Map<String, INDArray> secondMoments) {
    this.weights = weights;
    this.firstMoments = firstMoments;
    this.secondMoments = secondMoments;
  }

  /**
   * Updates one parameter; {@code gradient} is overwritten.
   *
   * @param iteration steps done before this one, from 0
   */
  void update(String parameter, INDArray gradient, double learningRate, long iteration) {
    Nd4j.exec(
        new AdamUpdater(
            gradient,
            secondMoments.get(parameter),
            firstMoments.get(parameter),
            learningRate,
            BETA_1,
            BETA_2,
            EPSILON,
            Math.toIntExact(iteration)));
    weights.get(parameter).subi(gradient);
  }
}
