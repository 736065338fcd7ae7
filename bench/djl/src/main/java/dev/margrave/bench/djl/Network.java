package dev.margrave.bench.djl;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The product's VAE with its losses, in DJL's arrays: images are {@code [N, C, H, W]}. */
final class Network implements AutoCloseable {
  private static final double LOG_VARIANCE_BOUND = 15;

  private final Reference reference;
  private final int layers;
  private final long innerHeight;
  private final long innerWidth;
  private final TransposedConvolution doubling = new TransposedConvolution();
  private final Map<String, NDArray> weights = new LinkedHashMap<>();

  Network(Reference reference, NDManager manager) throws IOException, MalformedModelException {
    this.reference = reference;
    this.layers = reference.channels().size();
    this.innerHeight = reference.height() >> layers;
    this.innerWidth = reference.width() >> layers;
    reference
        .weights()
        .forEach(
            (name, tensor) -> {
              Reference.Tensor own = inOrder(name, tensor);
              NDArray array = manager.create(own.values(), new Shape(own.shape()));
              array.setRequiresGradient(true);
              weights.put(name, array);
            });
  }

  /** As libtorch wants them: kernels {@code [out, in, 4, 4]}, dense weights {@code [out, in]}. */
  private Reference.Tensor inOrder(String name, Reference.Tensor tensor) {
    if (name.endsWith(".kernel")) {
      // Of a transposed one [4, 4, out, in] becomes [in, out, 4, 4].
      return tensor.transposed(3, 2, 0, 1);
    }
    long inner = reference.channels().get(layers - 1);
    long latent = reference.latent();
    // Between map and row the product goes by place, then channel; libtorch by channel, then place.
    return switch (name) {
      case "mean.weights", "logVariance.weights" ->
          tensor
              .reshaped(innerHeight, innerWidth, inner, latent)
              .transposed(3, 2, 0, 1)
              .reshaped(latent, inner * innerHeight * innerWidth);
      case "decoder.input.weights" ->
          tensor
              .reshaped(latent, innerHeight, innerWidth, inner)
              .transposed(3, 1, 2, 0)
              .reshaped(inner * innerHeight * innerWidth, latent);
      case "decoder.input.bias" ->
          tensor
              .reshaped(innerHeight, innerWidth, inner)
              .transposed(2, 0, 1)
              .reshaped(inner * innerHeight * innerWidth);
      case "witness.weights" -> tensor.transposed(1, 0);
      default -> tensor;
    };
  }

  /** Trained arrays by name. */
  Map<String, NDArray> weights() {
    return weights;
  }

  /**
   * Reconstruction + β·KL + λ·alignment, the mean per image, in nats.
   *
   * @param image {@code [N, C, H, W]} in [0, 1]
   * @param teacher {@code [N, K]}
   * @param noise {@code [N, latent]}
   */
  NDArray loss(NDArray image, NDArray teacher, NDArray noise, double beta, double lambda) {
    NDArray features = image;
    for (int layer = 0; layer < layers; layer++) {
      String name = "encoder." + layer;
      features = Activation.relu(convolution(features, name));
    }
    features = features.reshape(reference.batch(), -1);
    NDArray mean = dense(features, "mean");
    NDArray logVariance =
        dense(features, "logVariance").div(LOG_VARIANCE_BOUND).tanh().mul(LOG_VARIANCE_BOUND);
    NDArray code = mean.add(logVariance.mul(0.5).exp().mul(noise));
    NDArray logWitness = dense(code, "witness").logSoftmax(1);
    NDArray output = decode(code);
    NDArray reconstruction =
        Activation.relu(output)
            .add(Activation.softPlus(output.abs().neg()))
            .sub(output.mul(image))
            .sum(new int[] {1, 2, 3});
    NDArray kl =
        mean.square().add(logVariance.exp()).sub(logVariance).sub(1).mul(0.5).sum(new int[] {1});
    NDArray alignment = teacher.mul(teacher.log().sub(logWitness)).sum(new int[] {1});
    return reconstruction.add(kl.mul(beta)).add(alignment.mul(lambda)).mean();
  }

  private NDArray decode(NDArray code) {
    NDArray features = Activation.relu(dense(code, "decoder.input"));
    features =
        features.reshape(
            reference.batch(), reference.channels().get(layers - 1), innerHeight, innerWidth);
    for (int layer = 0; layer < layers; layer++) {
      String name = "decoder." + layer;
      features =
          doubling.apply(features, weights.get(name + ".kernel"), weights.get(name + ".bias"));
      if (layer < layers - 1) {
        features = Activation.relu(features);
      }
    }
    return features;
  }

  private NDArray convolution(NDArray features, String name) {
    return one(
        Conv2d.conv2d(
            features,
            weights.get(name + ".kernel"),
            weights.get(name + ".bias"),
            new Shape(2, 2),
            new Shape(1, 1)));
  }

  private NDArray dense(NDArray features, String name) {
    return one(
        Linear.linear(features, weights.get(name + ".weights"), weights.get(name + ".bias")));
  }

  private static NDArray one(NDList list) {
    return list.singletonOrThrow();
  }

  @Override
  public void close() {
    weights.values().forEach(NDArray::close);
    doubling.close();
  }
}
