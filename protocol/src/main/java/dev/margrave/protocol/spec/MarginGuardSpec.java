package dev.margrave.protocol.spec;

/**
 * Whether, and how, the weight λ of an aligned arm follows its margin while it trains.
 *
 * @param enabled whether it does
 * @param bandNats λ is raised while the safe margin G_τ is below this, and lowered from twice this
 *     on, > 0; 0 when not enabled
 * @param factor by which λ is raised and lowered, > 1; 0 when not enabled
 * @param maximumWeight where the raising stops, at least {@link AlignmentSpec#weight}; 0 when not
 *     enabled
 * @param images of the training split that the margin is measured on, from its first, ≥ 2; 0 when
 *     not enabled
 */
public record MarginGuardSpec(
    boolean enabled, double bandNats, double factor, double maximumWeight, int images) {
  /** λ is constant along an arm. */
  public static final MarginGuardSpec OFF = new MarginGuardSpec();

  /** {@link #OFF}: what Jackson leaves out of a journal. */
  public MarginGuardSpec() {
    this(false, 0, 0, 0, 0);
  }
}
