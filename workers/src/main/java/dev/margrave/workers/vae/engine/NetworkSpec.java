package dev.margrave.workers.vae.engine;

import java.util.List;
import java.util.Objects;

/**
 * The shape of one convolutional VAE with a witness.
 *
 * <p>Encoder: one convolution per entry of {@code channels}, kernel 4, stride 2, padding 1, ReLU;
 * then one dense layer each to μ and ln σ². Decoder: a dense layer with ReLU, then the same
 * convolutions transposed, in reverse order, ReLU between them. Witness: as its {@link
 * WitnessHead}.
 *
 * @param height of an image in pixels, divisible by 2^layers
 * @param width of an image in pixels, divisible by 2^layers
 * @param imageChannels colours per pixel
 * @param channels of the encoder's layers, from the image inwards
 * @param latent dimensions of the code z, ≥ 2
 * @param components of the teacher, K ≥ 2
 * @param likelihood of a pixel
 * @param batch ≥ 2, the most images of one optimiser step, and the size in which evaluation streams
 * @param witness on the code; a simplex needs latent ≥ K − 1
 * @param regulariser of the code
 * @param precision of a training step
 */
public record NetworkSpec(
    int height,
    int width,
    int imageChannels,
    List<Integer> channels,
    int latent,
    int components,
    Likelihood likelihood,
    int batch,
    WitnessHead witness,
    Regulariser regulariser,
    Precision precision) {

  /** More layers than this shrink any image that fits into memory to nothing. */
  static final int MAX_LAYERS = 8;

  /** In single precision. */
  public NetworkSpec(
      int height,
      int width,
      int imageChannels,
      List<Integer> channels,
      int latent,
      int components,
      Likelihood likelihood,
      int batch,
      WitnessHead witness,
      Regulariser regulariser) {
    this(
        height,
        width,
        imageChannels,
        channels,
        latent,
        components,
        likelihood,
        batch,
        witness,
        regulariser,
        Precision.FLOAT32);
  }

  /** With a linear witness, and the KL as its regulariser. */
  public NetworkSpec(
      int height,
      int width,
      int imageChannels,
      List<Integer> channels,
      int latent,
      int components,
      Likelihood likelihood,
      int batch) {
    this(
        height,
        width,
        imageChannels,
        channels,
        latent,
        components,
        likelihood,
        batch,
        WitnessHead.LINEAR,
        new Regulariser.Divergence());
  }

  /**
   * @throws IllegalArgumentException naming the field, its value and what it may be
   */
  public NetworkSpec {
    channels = List.copyOf(channels);
    Objects.requireNonNull(likelihood, "likelihood");
    Objects.requireNonNull(regulariser, "regulariser");
    Objects.requireNonNull(precision, "precision");
    requireAtLeast("height", height, 1);
    requireAtLeast("width", width, 1);
    requireAtLeast("imageChannels", imageChannels, 1);
    requireAtLeast("latent", latent, 2);
    requireAtLeast("components", components, 2);
    requireAtLeast("batch", batch, 2);
    Objects.requireNonNull(witness, "witness");
    if (witness == WitnessHead.SIMPLEX) {
      requireAtLeast("latent", latent, components - 1);
    }
    if (regulariser instanceof Regulariser.FreeBits freeBits
        && (freeBits.groupSize() < 1 || latent % freeBits.groupSize() != 0)) {
      throw new IllegalArgumentException(
          "groups of %d dimensions do not divide the %d of the code"
              .formatted(freeBits.groupSize(), latent));
    }
    if (channels.isEmpty() || channels.size() > MAX_LAYERS) {
      throw new IllegalArgumentException(
          "channels has "
              + channels.size()
              + " layers; give 1 to "
              + MAX_LAYERS
              + ", as in [32, 64, 128]");
    }
    for (int layerChannels : channels) {
      requireAtLeast("channels", layerChannels, 1);
    }
    int step = 1 << channels.size();
    if (height % step != 0 || width % step != 0) {
      throw new IllegalArgumentException(
          ("images of %d x %d pixels cannot be halved %d times: height and width must be divisible"
                  + " by %d; use fewer channels layers or other images")
              .formatted(height, width, channels.size(), step));
    }
  }

  private static void requireAtLeast(String field, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(field + " is " + value + "; it must be at least " + least);
    }
  }

  /** Values of one image: height · width · imageChannels. */
  public int pixels() {
    return height * width * imageChannels;
  }

  /** Height of the innermost feature map. */
  public int innerHeight() {
    return height >> channels.size();
  }

  /** Width of the innermost feature map. */
  public int innerWidth() {
    return width >> channels.size();
  }

  /** Channels of the innermost feature map. */
  public int innerChannels() {
    return channels.get(channels.size() - 1);
  }

  /** Values of the innermost feature map of one image. */
  public int innerValues() {
    return innerHeight() * innerWidth() * innerChannels();
  }
}
