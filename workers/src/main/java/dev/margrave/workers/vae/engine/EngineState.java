package dev.margrave.workers.vae.engine;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything an engine needs to go on with the same bits: weights, Adam's two moments, iteration.
 *
 * <p>The tensors are named {@code weight/<parameter>}, {@code adam-m/<parameter>} and {@code
 * adam-v/<parameter>}; the map is sorted, so that hashing it in its order is well defined. The
 * arrays are the caller's to keep and nobody's to change.
 *
 * @param iteration steps done so far, ≥ 0
 * @param tensors by name
 */
public record EngineState(long iteration, SortedMap<String, NamedTensor> tensors) {

  /** Prefix of the trained parameters. */
  public static final String WEIGHT = "weight/";

  /** Prefix of Adam's first moments. */
  public static final String ADAM_M = "adam-m/";

  /** Prefix of Adam's second moments. */
  public static final String ADAM_V = "adam-v/";

  /** The witness head's weights A {@code [latent, K]}; prefix it as above. */
  public static final String WITNESS_WEIGHTS = "witness.weights";

  /** The witness head's bias c {@code [K]}; prefix it as above. */
  public static final String WITNESS_BIAS = "witness.bias";

  /**
   * @throws IllegalArgumentException for a negative iteration
   */
  public EngineState {
    if (iteration < 0) {
      throw new IllegalArgumentException("iteration is " + iteration + "; it cannot be negative");
    }
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
  }

  /**
   * The tensor of that full name, as in {@code weight/witness.bias}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public NamedTensor tensor(String name) {
    NamedTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "the engine state has no tensor " + name + "; it has " + tensors.keySet());
    }
    return tensor;
  }

  /** The same weights with an optimiser that has seen nothing: moments 0, iteration 0. */
  public EngineState withFreshOptimiser() {
    SortedMap<String, NamedTensor> fresh = new TreeMap<>();
    for (Map.Entry<String, NamedTensor> entry : tensors.entrySet()) {
      NamedTensor tensor = entry.getValue();
      boolean weight = entry.getKey().startsWith(WEIGHT);
      fresh.put(
          entry.getKey(),
          weight ? tensor : new NamedTensor(tensor.shape(), new float[tensor.values().length]));
    }
    return new EngineState(0, fresh);
  }
}
