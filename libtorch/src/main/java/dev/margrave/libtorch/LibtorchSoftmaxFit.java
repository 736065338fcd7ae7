package dev.margrave.libtorch;

import dev.margrave.workers.vae.engine.SoftmaxRegression;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Fits a {@link SoftmaxRegression} with libtorch, its gradient in closed form. */
@SuppressWarnings("try") // Scopes and guards act by being open.
final class LibtorchSoftmaxFit {
  private LibtorchSoftmaxFit() {}

  /** As {@link dev.margrave.workers.engine.Engine#softmaxRegression} says. */
  static SoftmaxRegression of(float[] rows, int features, float[] targets, int classes) {
    Libtorch.start();
    int n = rows.length / features;
    int steps = SoftmaxRegression.steps(n);
    int[] order = SoftmaxRegression.order(n);
    try (PointerScope all = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor x = Values.of(SoftmaxRegression.ordered(rows, features, order), n, features);
      Tensor t = Values.of(SoftmaxRegression.ordered(targets, classes, order), n, classes);
      Adam weights = new Adam(Libtorch.here(torch.zeros(features, classes)));
      Adam bias = new Adam(Libtorch.here(torch.zeros(classes)));
      for (int step = 0; step < steps; step++) {
        try (PointerScope one = new PointerScope()) {
          int from = SoftmaxRegression.firstRow(step, n);
          int count = Math.min(SoftmaxRegression.BATCH, n - from);
          Tensor batch = x.narrow(0, from, count);
          Tensor residual =
              torch
                  .addmm(bias.value(), batch, weights.value())
                  .softmax(1)
                  .sub(t.narrow(0, from, count))
                  .mul(new Scalar(1.0 / count));
          Tensor gradient =
              torch
                  .mm(batch.t(), residual)
                  .add(weights.value(), new Scalar(SoftmaxRegression.WEIGHT_DECAY));
          double rate =
              SoftmaxRegression.LEARNING_RATE * Math.pow(SoftmaxRegression.decay(steps), step);
          weights.step(gradient, rate, step);
          bias.step(residual.sum(0), rate, step);
        }
      }
      return new SoftmaxRegression(Values.toArray(weights.value()), Values.toArray(bias.value()));
    }
  }
}
