package dev.margrave.workers.vae.engine;

/**
 * The losses of one step before its update: means per image, in nats, unweighted.
 *
 * <p>A loss that is not finite is reported, not thrown: {@link #isFinite} tells, and the caller
 * decides. The step has then already spoilt the weights.
 *
 * @param step the iteration that this step was, from 1
 * @param reconstructionNats −ln p(x|z) at the sampled z
 * @param klNats KL(q(z|x) ‖ N(0, I))
 * @param alignmentNats KL(T_i ‖ w(z_i)) at the sampled z
 */
public record StepLosses(
    long step, double reconstructionNats, double klNats, double alignmentNats) {

  /** The minimised loss: reconstruction + β·KL + λ·alignment, in nats per image. */
  public double totalNats(double beta, double lambda) {
    return reconstructionNats + beta * klNats + (lambda == 0 ? 0 : lambda * alignmentNats);
  }

  /** Whether all three losses are numbers. */
  public boolean isFinite() {
    return Double.isFinite(reconstructionNats)
        && Double.isFinite(klNats)
        && Double.isFinite(alignmentNats);
  }
}
