package dev.margrave.libtorch;

import dev.margrave.libtorch.Recording.Variable;
import dev.margrave.workers.vae.engine.Likelihood;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Parameters;
import dev.margrave.workers.vae.engine.Regulariser;
import dev.margrave.workers.vae.engine.WitnessHead;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The forward pass of a {@link NetworkSpec}, recorded as it runs.
 *
 * <p>Images come and go as NHWC; inside they are NCHW by their dimensions and NHWC in memory
 * (channels last), which is the same bytes.
 */
final class Network {
  static final String IMAGE = "image";
  static final String TEACHER = "teacher";
  static final String NOISE = "noise";
  static final String CODE = "code";
  static final String WITNESS = "witness";

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final long[] STRIDE = {2, 2};
  private static final long[] PADDING = {1, 1};
  private static final long[] ONE = {1, 1};
  private static final long[] NONE = {0, 0};
  private static final long[] PIXELS = {1, 2, 3};
  private static final int UNREDUCED = 0;

  /**
   * The posterior of a batch.
   *
   * @param batchMean of h, and {@code batchVariance}: where means are normalised by the batch; else
   *     null
   */
  record Posterior(Variable mean, Variable logVariance, Tensor batchMean, Tensor batchVariance) {}

  private final NetworkSpec spec;
  private final Weights weights;
  private final Recording recording = new Recording();

  Network(NetworkSpec spec, Weights weights) {
    this.spec = spec;
    this.weights = weights;
  }

  Recording recording() {
    return recording;
  }

  Variable given(String name, Tensor tensor) {
    return recording.given(name, tensor);
  }

  /** An input of images, {@code [batch, H, W, C]}. */
  Variable images(Tensor rows) {
    return given(IMAGE, rows.permute(0, 3, 1, 2));
  }

  /**
   * μ and ln σ².
   *
   * @param share of each row in the batch, {@code [batch]}; null when it is not a batch that trains
   */
  Posterior posterior(Variable image, Variable share) {
    Variable features = image;
    for (int layer = 0; layer < spec.channels().size(); layer++) {
      String name = Parameters.encoder(layer);
      features =
          relu(
              recording.apply(
                  "conv2d",
                  in ->
                      torch.conv2d(
                          in[0], in[1], new TensorOptional(in[2]), STRIDE, PADDING, ONE, 1),
                  features,
                  weight(name + ".kernel"),
                  weight(name + ".bias")));
    }
    Variable flat =
        recording.apply(
            "flatten", in -> in[0].permute(0, 2, 3, 1).reshape(-1, spec.innerValues()), features);
    Variable raw = dense("addmm", flat, "logVariance");
    double bound = Parameters.LOG_VARIANCE_BOUND;
    Variable logVariance =
        recording.name(
            "logVariance",
            "tanh",
            in -> in[0].div(new Scalar(bound)).tanh().mul(new Scalar(bound)),
            raw);
    if (!(spec.regulariser() instanceof Regulariser.NormalisedMean normalised)) {
      return new Posterior(dense("mean", "addmm", flat, "mean"), logVariance, null, null);
    }
    return normalised(normalised, flat, logVariance, share);
  }

  private Posterior normalised(
      Regulariser.NormalisedMean settings, Variable flat, Variable logVariance, Variable share) {
    Variable plain =
        recording.apply("mm", in -> torch.mm(in[0], in[1]), flat, weight("mean.weights"));
    Variable centre;
    Variable variance;
    if (share == null) {
      centre = given("mean.running-mean", weights.runningMean());
      variance = given("mean.running-variance", weights.runningVariance());
    } else {
      centre =
          recording.apply(
              "batch_mean",
              in -> weighted(in[0], in[1]).sum(new long[] {0}, true, null),
              plain,
              share);
      variance =
          recording.apply(
              "batch_variance",
              in -> weighted(in[0].sub(in[1]).square(), in[2]).sum(new long[] {0}, true, null),
              plain,
              centre,
              share);
    }
    Variable mean =
        recording.name(
            "mean",
            "normalise",
            in ->
                in[0]
                    .sub(in[1])
                    .div(in[2].add(new Scalar(Regulariser.NormalisedMean.EPSILON)).sqrt())
                    .mul(new Scalar(settings.gamma()))
                    .add(in[3]),
            plain,
            centre,
            variance,
            weight("mean.bias"));
    return new Posterior(
        mean,
        logVariance,
        share == null ? null : centre.tensor().detach(),
        share == null ? null : variance.tensor().detach());
  }

  private static Tensor weighted(Tensor rows, Tensor share) {
    return rows.mul(share.reshape(-1, 1));
  }

  /** z = μ + σ·noise. */
  Variable code(Posterior posterior, Variable noise) {
    return recording.name(
        CODE,
        "reparameterise",
        in -> in[0].add(in[1].mul(new Scalar(0.5)).exp().mul(in[2])),
        posterior.mean(),
        posterior.logVariance(),
        noise);
  }

  /** The witness's logits. */
  Variable witness(Variable code) {
    if (spec.witness() == WitnessHead.LINEAR) {
      return dense(WITNESS, "addmm", code, "witness");
    }
    return recording.name(
        WITNESS, "mm", in -> torch.mm(in[0], in[1]), code, given("simplex", weights.simplex()));
  }

  /** The decoder's output: logits, or means. */
  Variable output(Variable code) {
    Variable features = relu(dense("addmm", code, "decoder.input"));
    features =
        recording.apply(
            "unflatten",
            in ->
                in[0]
                    .reshape(-1, spec.innerHeight(), spec.innerWidth(), spec.innerChannels())
                    .permute(0, 3, 1, 2),
            features);
    int layers = spec.channels().size();
    for (int layer = 0; layer < layers; layer++) {
      String name = Parameters.decoder(layer);
      features =
          recording.apply(
              "conv_transpose2d",
              in ->
                  torch.conv_transpose2d(
                      in[0], in[1], new TensorOptional(in[2]), STRIDE, PADDING, NONE, 1, ONE),
              features,
              weight(name + ".kernel"),
              weight(name + ".bias"));
      if (layer < layers - 1) {
        features = relu(features);
      }
    }
    return features;
  }

  /** −ln p(x|z) of each image, in nats. */
  Variable reconstruction(Variable image, Variable output) {
    return recording.name(
        "reconstruction", "reconstruction", in -> nats(in[0], in[1]), image, output);
  }

  private Tensor nats(Tensor image, Tensor output) {
    if (spec.likelihood() == Likelihood.BERNOULLI) {
      return torch
          .binary_cross_entropy_with_logits(
              output, image, new TensorOptional(), new TensorOptional(), UNREDUCED)
          .sum(PIXELS);
    }
    return output
        .sub(image)
        .square()
        .sum(PIXELS)
        .mul(new Scalar(0.5))
        .add(new Scalar(spec.pixels() * HALF_LOG_TWO_PI));
  }

  /** The expected pixels of a decoder's output, {@code [batch, H, W, C]}. */
  Tensor decoded(Tensor output) {
    Tensor pixels = spec.likelihood() == Likelihood.BERNOULLI ? torch.sigmoid(output) : output;
    return pixels.permute(0, 2, 3, 1);
  }

  /** Mean squared error per pixel of each image. */
  Tensor squaredError(Tensor image, Tensor output) {
    Tensor pixels = spec.likelihood() == Likelihood.BERNOULLI ? torch.sigmoid(output) : output;
    return pixels.sub(image).square().sum(PIXELS).mul(new Scalar(1.0 / spec.pixels()));
  }

  /** KL(q(z_d|x) ‖ N(0, 1)) of each image and dimension, in nats. */
  static Tensor divergences(Tensor mean, Tensor logVariance) {
    return mean.square()
        .add(logVariance.exp())
        .sub(logVariance)
        .sub(new Scalar(1.0))
        .mul(new Scalar(0.5));
  }

  /** −Σ_k T_k ln w_k of each image. */
  static Tensor crossEntropy(Tensor teacher, Tensor logits) {
    return teacher.mul(torch.log_softmax(logits, 1)).sum(1).neg();
  }

  /** In the place of its input, which nobody else reads. */
  private Variable relu(Variable input) {
    return recording.apply("relu", in -> torch.relu_(in[0]), input);
  }

  private Variable dense(String operation, Variable input, String parameter) {
    return recording.apply(
        operation,
        in -> torch.addmm(in[2], in[0], in[1]),
        input,
        weight(parameter + ".weights"),
        weight(parameter + ".bias"));
  }

  private Variable dense(String name, String operation, Variable input, String parameter) {
    return recording.name(
        name,
        operation,
        in -> torch.addmm(in[2], in[0], in[1]),
        input,
        weight(parameter + ".weights"),
        weight(parameter + ".bias"));
  }

  private Variable weight(String name) {
    return given(Parameters.variable(name), weights.weight(name));
  }
}
