package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The model.
 *
 * @param latent dimensions of the code, ≥ 1
 * @param channels of the encoder's convolutions, each halves height and width; the decoder mirrors
 *     them
 * @param beta weight of the KL term, ≥ 0
 * @param likelihood of a pixel given the code
 * @param witness the head that reads the code
 * @param witnessInit how a linear head's weights start; without meaning for a simplex, and then
 *     {@link WitnessInit#BOUNDARY}
 */
public record VaeSpec(
    int latent,
    List<Integer> channels,
    double beta,
    Likelihood likelihood,
    Witness witness,
    WitnessInit witnessInit) {

  /** −ln p(x|z) of a pixel in [0, 1]. */
  public enum Likelihood {
    @JsonProperty("bernoulli")
    BERNOULLI,
    @JsonProperty("gaussian")
    GAUSSIAN
  }

  /** The head between the code and the witness distribution. */
  public enum Witness {
    /** softmax(z·A + c), trained by the alignment term only. */
    @JsonProperty("linear")
    LINEAR,
    /**
     * softmax(V·z) with the K vertices V of a regular simplex in the first K − 1 dimensions of z:
     * nothing to train, needs latent ≥ K − 1.
     */
    @JsonProperty("simplex")
    SIMPLEX
  }

  /** Where a linear head starts. */
  public enum WitnessInit {
    /** Weights 0, bias ln T̄: the best constant student, margin 0. */
    @JsonProperty("boundary")
    BOUNDARY,
    /** Glorot weights, bias 0. */
    @JsonProperty("random")
    RANDOM
  }

  public VaeSpec {
    channels = List.copyOf(channels);
  }
}
