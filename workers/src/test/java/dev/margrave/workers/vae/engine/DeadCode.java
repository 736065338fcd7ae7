package dev.margrave.workers.vae.engine;

import java.util.List;
import java.util.TreeMap;

/** Networks whose posterior is the prior, whatever the image. */
public final class DeadCode {
  private DeadCode() {}

  /** The same with μ = 0 and σ = 1 for every image, and a decoder that does not read the code. */
  public static EngineState of(EngineState state) {
    TreeMap<String, NamedTensor> tensors = new TreeMap<>(state.tensors());
    for (String name :
        List.of(
            "mean.weights",
            "mean.bias",
            "logVariance.weights",
            "logVariance.bias",
            "decoder.input.weights")) {
      tensors.computeIfPresent(
          EngineState.WEIGHT + name,
          (key, tensor) -> new NamedTensor(tensor.shape(), new float[tensor.values().length]));
    }
    return new EngineState(state.iteration(), tensors);
  }
}
