package dev.margrave.workers.vae.engine;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything an engine needs to go on with the same bits: weights, Adam's two moments, iteration,
 * running statistics.
 *
 * <p>The tensors are named {@code weight/<parameter>}, {@code adam-m/<parameter>} and {@code
 * adam-v/<parameter>}; the map is sorted, so that hashing it in its order is well defined. The
 * arrays are the caller's to keep and nobody's to change.
 *
 * @param iteration steps that the encoder has done so far, ≥ 0
 * @param decoderIteration steps that all but the encoder has done; the same number unless steps of
 *     one {@link Part} were done
 * @param tensors by name
 */
public record EngineState(
    long iteration, long decoderIteration, SortedMap<String, NamedTensor> tensors) {

  /** Prefix of the trained parameters. */
  public static final String WEIGHT = "weight/";

  /** Prefix of Adam's first moments. */
  public static final String ADAM_M = "adam-m/";

  /** Prefix of Adam's second moments. */
  public static final String ADAM_V = "adam-v/";

  /** Prefix of running statistics, which {@link Regulariser.NormalisedMean} alone has. */
  public static final String STATISTIC = "statistic/";

  /** The witness head's weights A {@code [latent, K]}; prefix it as above. */
  public static final String WITNESS_WEIGHTS = "witness.weights";

  /** The witness head's bias c {@code [K]}; prefix it as above. */
  public static final String WITNESS_BIAS = "witness.bias";

  /** Whether that parameter is the witness head's. */
  public static boolean isWitness(String parameter) {
    return parameter.equals(WITNESS_WEIGHTS) || parameter.equals(WITNESS_BIAS);
  }

  /** After as many steps of the decoder as of the encoder. */
  public EngineState(long iteration, SortedMap<String, NamedTensor> tensors) {
    this(iteration, iteration, tensors);
  }

  /**
   * @throws IllegalArgumentException for a negative iteration
   */
  public EngineState {
    if (Math.min(iteration, decoderIteration) < 0) {
      throw new IllegalArgumentException(
          "iteration is " + Math.min(iteration, decoderIteration) + "; it cannot be negative");
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

  /**
   * Checks that these are the tensors of a network.
   *
   * @param needed shape by full name
   * @throws IllegalArgumentException naming a tensor that is missing, superfluous or of another
   *     shape
   */
  public void requireTensors(SortedMap<String, List<Integer>> needed) {
    needed.forEach(
        (name, shape) -> {
          List<Integer> found = tensor(name).shape();
          if (!found.equals(shape)) {
            throw new IllegalArgumentException(
                ("tensor %s of the engine state has shape %s, this engine needs %s; it was saved by"
                        + " another network")
                    .formatted(name, found, shape));
          }
        });
    TreeSet<String> superfluous = new TreeSet<>(tensors.keySet());
    superfluous.removeAll(needed.keySet());
    if (!superfluous.isEmpty()) {
      throw new IllegalArgumentException(
          "the engine state has tensors that this network does not: "
              + superfluous
              + "; it was saved by another network");
    }
  }

  /**
   * The same weights and statistics with an optimiser that has seen nothing: moments 0, iteration
   * 0.
   */
  public EngineState withFreshOptimiser() {
    SortedMap<String, NamedTensor> fresh = new TreeMap<>();
    for (Map.Entry<String, NamedTensor> entry : tensors.entrySet()) {
      NamedTensor tensor = entry.getValue();
      boolean moment = entry.getKey().startsWith(ADAM_M) || entry.getKey().startsWith(ADAM_V);
      fresh.put(
          entry.getKey(),
          moment ? new NamedTensor(tensor.shape(), new float[tensor.values().length]) : tensor);
    }
    return new EngineState(0, fresh);
  }
}
