package dev.margrave.libtorch;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A parameter and its two moments, as {@code dev.margrave.workers.vae.engine.Adam} moves them.
 *
 * @param value θ
 * @param first m
 * @param second v
 */
@SuppressWarnings("try") // Guards act by being open.
record Adam(Tensor value, Tensor first, Tensor second) {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** One that has seen nothing. */
  Adam(Tensor value) {
    this(value, torch.zeros_like(value), torch.zeros_like(value));
  }

  /**
   * One step.
   *
   * @param iteration steps done before this one, from 0
   */
  void step(Tensor gradient, double learningRate, long iteration) {
    try (NoGradGuard guard = new NoGradGuard()) {
      first.mul_(new Scalar(BETA_1)).add_(gradient, new Scalar(1 - BETA_1));
      second.mul_(new Scalar(BETA_2)).addcmul_(gradient, gradient, new Scalar(1 - BETA_2));
      double rate =
          learningRate
              * Math.sqrt(1 - Math.pow(BETA_2, iteration + 1.0))
              / (1 - Math.pow(BETA_1, iteration + 1.0));
      value.addcdiv_(first, second.sqrt().add_(new Scalar(EPSILON)), new Scalar(-rate));
    }
  }

  /** As if it had seen nothing. */
  void forget() {
    try (NoGradGuard guard = new NoGradGuard()) {
      first.zero_();
      second.zero_();
    }
  }
}
