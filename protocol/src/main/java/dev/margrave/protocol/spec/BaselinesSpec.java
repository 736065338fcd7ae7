package dev.margrave.protocol.spec;

/**
 * What the baselines' papers leave to choose, by baseline. Those with nothing to choose, {@code
 * baseline-vanilla} and {@code baseline-beta-*}, are not in it.
 */
public record BaselinesSpec(
    KlAnnealing klAnnealing,
    CyclicalAnnealing cyclicalAnnealing,
    FreeBits freeBits,
    InfoVae infoVae,
    BnVae bnVae,
    LaggingInference laggingInference,
    Geco geco) {

  /**
   * Linear KL annealing.
   *
   * @param over what distance β rises from 0 to 1
   */
  public record KlAnnealing(Interval over) {}

  /**
   * Cyclical KL annealing.
   *
   * @param cycles that an arm is cut into, ≥ 1
   * @param ramp share of a cycle in which β rises from 0 to 1, in (0, 1]; then it stays
   */
  public record CyclicalAnnealing(int cycles, double ramp) {}

  /**
   * Free bits.
   *
   * @param floorNats of the batch's mean KL of each group of dimensions, ≥ 0
   * @param groupSize dimensions of a group, ≥ 1; divides {@code vae.latent}
   */
  public record FreeBits(double floorNats, int groupSize) {}

  /**
   * InfoVAE: −E ln p(x|z) + (1 − α)·KL + (α + λ − 1)·MMD.
   *
   * @param alpha α in [0, 1]; 1 leaves no KL, the MMD-VAE
   * @param weight λ ≥ 1
   * @param kernelScale s > 0 of the kernel C/(C + ‖a − b‖²), C = 2·latent·s
   */
  public record InfoVae(double alpha, double weight, double kernelScale) {}

  /**
   * BN-VAE.
   *
   * @param gamma γ > 0, the standard deviation that every dimension of μ has over a batch
   * @param momentum share of the newest batch in the statistics that evaluation uses, in (0, 1]
   */
  public record BnVae(double gamma, double momentum) {}

  /**
   * Lagging inference networks.
   *
   * @param maximumInnerSteps of the encoder alone before each step of the decoder, ≥ 1
   * @param checkEvery inner steps, ≥ 1, after which they end when the loss fell no further
   * @param maximumAggressiveEpochs after which the inner steps end in any case, ≥ 1
   * @param informationImages training images that the mutual information is estimated on, ≥ 2
   */
  public record LaggingInference(
      int maximumInnerSteps, int checkEvery, int maximumAggressiveEpochs, int informationImages) {}

  /**
   * GECO.
   *
   * @param tolerance κ² > 0: the deviance per pixel that a reconstruction may have
   * @param smoothing of the constraint's moving average, in [0, 1)
   * @param rate ν > 0 at which the multiplier follows the constraint
   * @param leastMultiplier in (0, 1]
   * @param largestMultiplier ≥ 1
   */
  public record Geco(
      double tolerance,
      double smoothing,
      double rate,
      double leastMultiplier,
      double largestMultiplier) {}
}
