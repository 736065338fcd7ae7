package dev.margrave.workers.vae.engine;

/** How the decoder's output is read as a distribution over pixels in [0, 1]. */
public enum Likelihood {
  /**
   * The decoder gives logits l; −ln p(x|z) = Σ_pixels softplus(l) − x·l, the cross-entropy of the
   * pixel seen as a probability (nats, ≥ 0 and ≥ the entropy of the pixels).
   */
  BERNOULLI,
  /**
   * The decoder gives means m, the variance is 1; −ln p(x|z) = Σ_pixels ½(x − m)² + ½ ln 2π (nats,
   * with the constant).
   */
  GAUSSIAN
}
