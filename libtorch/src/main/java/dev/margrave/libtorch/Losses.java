package dev.margrave.libtorch;

import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Regulariser;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What a step minimises, by the spec's {@link Regulariser}. */
final class Losses {
  private Losses() {}

  /**
   * The mean loss.
   *
   * @param reconstruction of each image {@code [batch]}
   * @param divergences of each image and dimension {@code [batch, latent]}
   * @param aligned λ·cross-entropy of each image {@code [batch]}
   * @param share of each row in the mean {@code [batch]}
   * @param beta β
   * @param code {@code [batch, latent]}
   * @param prior draws from it {@code [batch, latent]}; null where none are compared
   * @param count rows that are images
   */
  static Tensor total(
      NetworkSpec spec,
      Tensor reconstruction,
      Tensor divergences,
      Tensor aligned,
      Tensor share,
      double beta,
      Tensor code,
      Tensor prior,
      int count) {
    Tensor ofImages = reconstruction.add(aligned);
    if (spec.regulariser() instanceof Regulariser.FreeBits freeBits) {
      Tensor rest = ofImages.mul(share).sum();
      return rest.add(floored(divergences, share, freeBits, spec.latent()).mul(new Scalar(beta)));
    }
    Tensor kl = divergences.sum(1);
    Tensor all = ofImages.add(kl.mul(new Scalar(beta))).mul(share).sum();
    if (spec.regulariser() instanceof Regulariser.InfoVae infoVae) {
      double constant = 2.0 * spec.latent() * infoVae.kernelScale();
      Tensor discrepancy =
          discrepancy(code.narrow(0, 0, count), prior.narrow(0, 0, count), constant);
      return all.add(discrepancy.mul(new Scalar(infoVae.weight())));
    }
    return all;
  }

  /** Σ_g max(floor, batch mean of the group's KL). */
  private static Tensor floored(
      Tensor divergences, Tensor share, Regulariser.FreeBits freeBits, int latent) {
    int size = freeBits.groupSize();
    Tensor byGroup =
        divergences.mul(share.reshape(-1, 1)).sum(0).reshape(latent / size, size).sum(1);
    Scalar floor = new Scalar(freeBits.floorNats());
    return torch.relu(byGroup.sub(floor)).add(floor).sum();
  }

  /** The unbiased MMD² of codes and draws; see the nd4j engine's {@code Discrepancy}. */
  private static Tensor discrepancy(Tensor codes, Tensor prior, double constant) {
    long n = codes.size(0);
    Tensor pairs = Libtorch.here(torch.ones(n, n).sub(torch.eye(n)));
    double ofPair = n > 1 ? 1.0 / ((double) n * (n - 1)) : 0;
    Tensor within = kernel(codes, codes, constant).mul(pairs).sum().mul(new Scalar(ofPair));
    Tensor expected = kernel(prior, prior, constant).mul(pairs).sum().mul(new Scalar(ofPair));
    Tensor between = kernel(codes, prior, constant).sum().mul(new Scalar(2.0 / ((double) n * n)));
    return within.add(expected).sub(between);
  }

  /** C/(C + ‖a − b‖²). */
  private static Tensor kernel(Tensor a, Tensor b, double constant) {
    Tensor distances =
        a.square()
            .sum(new long[] {1}, true, null)
            .add(b.square().sum(1))
            .sub(torch.mm(a, b.t()).mul(new Scalar(2.0)));
    return distances.add(new Scalar(constant)).reciprocal().mul(new Scalar(constant));
  }
}
