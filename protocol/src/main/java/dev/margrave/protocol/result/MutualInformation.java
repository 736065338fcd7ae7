package dev.margrave.protocol.result;

/**
 * An estimate of I_q(x; z), the information between image and code under the encoder.
 *
 * @param nats mean over the images of ln q(z|x) − ln q(z), one z of each; at most ln M
 * @param standardErrorNats of that mean, over images and codes, with the aggregate held fixed; NaN
 *     of a single image
 * @param images over which the mean is taken
 * @param aggregated M, images that q(z) mixes
 */
public record MutualInformation(double nats, double standardErrorNats, int images, int aggregated) {

  /** ln M: more the estimate cannot show, however much there is. */
  public double ceilingNats() {
    return StrictMath.log(aggregated);
  }
}
