package dev.margrave.workers.vae.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gradient of a rectifier by two vectorised operations.
 *
 * <p>ND4J's own, {@value #OPERATION}, calls a function per element: 12 ns against 1 ns, a tenth of
 * a training step.
 */
final class RectifierGradient {
  private RectifierGradient() {}

  /**
   * The operation that this one stands in for; its inputs are the rectifier's input and dL/dout.
   */
  static final String OPERATION = "thresholdedrelu_bp";

  /** result ← gradient where input &gt; 0, else 0·gradient. */
  static void apply(INDArray input, INDArray gradient, INDArray result) {
    Nd4j.exec(new Step(input, result, 0));
    result.muli(gradient);
  }
}
