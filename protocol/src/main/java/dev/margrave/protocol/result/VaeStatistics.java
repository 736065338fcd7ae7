package dev.margrave.protocol.result;

import java.util.List;

/**
 * What is reported beside the margin, over the held-out split.
 *
 * @param reconstructionNats mean −ln p(x|z) per image at sampled z
 * @param meanSquaredError per pixel value in [0, 1], at sampled z
 * @param klNats mean KL(q(z|x) ‖ N(0, I)) per image
 * @param klPerDimensionNats the same, by dimension of the code; sums to {@code klNats}
 * @param activeUnits dimensions with Var_x μ(x) > 0.01
 */
public record VaeStatistics(
    double reconstructionNats,
    double meanSquaredError,
    double klNats,
    List<Double> klPerDimensionNats,
    int activeUnits) {

  public VaeStatistics {
    klPerDimensionNats = List.copyOf(klPerDimensionNats);
  }
}
