package dev.margrave.workers.vae.engine;

/**
 * What a network adds to its reconstruction and its alignment, and how it makes μ: the choices that
 * no weight of the KL can express, and that an engine therefore builds in.
 *
 * <p>KL_d is the mean over the batch of KL(q(z_d|x) ‖ N(0, 1)); all terms are in nats per image.
 */
public sealed interface Regulariser {

  /** β·Σ_d KL_d: the evidence lower bound at β = 1 (Kingma and Welling 2013). */
  record Divergence() implements Regulariser {}

  /**
   * β·Σ_g max(floor, Σ_{d in g} KL_d): a group of dimensions under its floor is not pushed further
   * down.
   *
   * <p><b>Source.</b> Kingma, Salimans, Jozefowicz, Chen, Sutskever, Welling, "Improved variational
   * inference with inverse autoregressive flow", NIPS 2016, appendix C.8.
   *
   * @param floorNats ≥ 0
   * @param groupSize dimensions of a group, those that follow each other; divides the latent's
   */
  record FreeBits(double floorNats, int groupSize) implements Regulariser {}

  /**
   * β·Σ_d KL_d + weight·MMD²(q(z), N(0, I)), see {@link Discrepancy}.
   *
   * <p><b>Source.</b> Zhao, Song, Ermon, "InfoVAE: balancing learning and inference in variational
   * autoencoders", AAAI 2019.
   *
   * @param weight ≥ 0
   * @param kernelScale s > 0 of the kernel
   */
  record InfoVae(double weight, double kernelScale) implements Regulariser {}

  /**
   * β·Σ_d KL_d with batch-normalised means: μ = γ·(h − h̄)/√(Var h + ε) + c, where h = features·W
   * and c, the bias of μ, is the shift that is learnt. Over a batch the mean of μ_d² is then γ²·Var
   * h_d/(Var h_d + ε) + c_d², so that Σ_d KL_d ≥ latent·γ²/2 unless a large β has shrunk Var h
   * towards ε. Evaluation takes running averages of h̄ and Var h, which belong to the engine's
   * state.
   *
   * <p><b>Source.</b> Zhu, Bi, Liu, Ma, Li, Wu, "A batch normalized inference network keeps the KL
   * vanishing away", ACL 2020.
   *
   * @param gamma γ > 0, fixed
   * @param momentum in (0, 1], the newest batch's share in the running averages
   */
  record NormalisedMean(double gamma, double momentum) implements Regulariser {
    /** ε of the variance. */
    public static final double EPSILON = 1e-5;
  }
}
