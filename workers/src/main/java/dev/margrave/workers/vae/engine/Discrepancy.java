package dev.margrave.workers.vae.engine;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The maximum mean discrepancy between a batch of codes and as many draws from the prior.
 *
 * <p>MMD² = 1/(n(n−1)) Σ_{i≠j} [k(z_i, z_j) + k(p_i, p_j)] − 2/n² Σ_{i,j} k(z_i, p_j): unbiased: 0
 * in the mean when the codes are distributed as the prior, and then at times below 0. The kernel is
 * the inverse multiquadric k(a, b) = C/(C + ‖a − b‖²), C = 2·latent·s: the mean of ‖a − b‖² for two
 * draws from the prior is 2·latent, and its heavy tail leaves codes far from the prior a gradient,
 * where the Gaussian kernel leaves none.
 *
 * <p><b>Shapes.</b> {@code codes}, {@code prior}: [batch, latent]; the weights {@code pairs} and
 * {@code cross}: [batch, batch].<br>
 * <b>Source.</b> Gretton et al. 2012, lemma 6; the kernel from Tolstikhin et al., "Wasserstein
 * auto-encoders", ICLR 2018, section 4.
 */
final class Discrepancy {
  private Discrepancy() {}

  /** The scalar MMD² as a variable. */
  static SDVariable of(
      SameDiff graph,
      SDVariable codes,
      SDVariable prior,
      SDVariable pairs,
      SDVariable cross,
      double constant) {
    SDVariable within = kernel(graph, codes, codes, constant).mul(pairs).sum();
    SDVariable expected = kernel(graph, prior, prior, constant).mul(pairs).sum();
    SDVariable between = kernel(graph, codes, prior, constant).mul(cross).sum();
    return within.add(expected).sub(between.mul(2));
  }

  /** C of the kernel. */
  static double constant(int latent, double kernelScale) {
    return 2.0 * latent * kernelScale;
  }

  private static SDVariable kernel(SameDiff graph, SDVariable a, SDVariable b, double constant) {
    SDVariable squaresOfA = graph.math().square(a).sum(true, 1);
    SDVariable squaresOfB = graph.math().square(b).sum(true, 1);
    SDVariable products = graph.mmul(a, b, false, true, false);
    SDVariable distances =
        squaresOfA.add(graph.transpose(squaresOfB)).sub(products.mul(2)).add(constant);
    return distances.rdiv(constant);
  }

  /** Fills the weights of {@code count} rows; those that fill up a batch weigh nothing. */
  static void fillWeights(INDArray pairs, INDArray cross, int count) {
    long batch = pairs.size(0);
    double ofPair = count > 1 ? 1.0 / ((double) count * (count - 1)) : 0;
    double ofCross = 1.0 / ((double) count * count);
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < batch; j++) {
        boolean counts = i < count && j < count;
        pairs.putScalar(i, j, counts && i != j ? ofPair : 0);
        cross.putScalar(i, j, counts ? ofCross : 0);
      }
    }
  }
}
