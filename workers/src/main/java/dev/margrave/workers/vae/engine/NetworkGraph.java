package dev.margrave.workers.vae.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * The VAE of a {@link NetworkSpec} as a SameDiff graph over given weight arrays.
 *
 * <p>Two graphs come from the one builder: the one that trains, whose code is z = μ + σ·noise, and
 * the intervened one, whose code is a placeholder and everything else is the same. They share the
 * weight arrays.
 *
 * <p>ln σ² = B·tanh(raw/B) with B = {@value #LOG_VARIANCE_BOUND}: the identity near 0, and σ² can
 * neither overflow nor vanish. The per-image losses are variables of shape {@code [count]}, so that
 * their mean is taken in double.
 */
final class NetworkGraph {

  static final String IMAGE = "image";
  static final String TEACHER = "teacher";
  static final String NOISE = "noise";
  static final String BETA = "beta";
  static final String LAMBDA = "lambda";

  /** Weight of each row in the mean: 1/count, and 0 for the rows that fill up a batch. */
  static final String SHARE = "share";

  static final String MEAN = "mean";
  static final String LOG_VARIANCE = "logVariance";
  static final String CODE = "code";
  static final String WITNESS = "witness";
  static final String DECODED = "decoded";

  /** −ln p(x|z) of each image, in nats. */
  static final String RECONSTRUCTION = "reconstruction";

  /** Mean squared error per pixel of each image. */
  static final String SQUARED_ERROR = "squaredError";

  static final String KL = "kl";

  /** −Σ_k T_k ln w_k of each image: the alignment without the teacher's entropy, a constant. */
  static final String CROSS_ENTROPY = "crossEntropy";

  private static final String LOSS = "loss";

  /** Bound of |ln σ²|; σ then lies between 5·10⁻⁴ and 2·10³. */
  static final double LOG_VARIANCE_BOUND = 15;

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final NetworkSpec spec;
  private final Map<String, INDArray> weights;
  private final DataType type;
  private final SameDiff graph = SameDiff.create();

  private NetworkGraph(NetworkSpec spec, Map<String, INDArray> weights, DataType type) {
    this.spec = spec;
    this.weights = weights;
    this.type = type;
  }

  /** The graph that trains, with its gradient function. */
  static SameDiff training(NetworkSpec spec, Map<String, INDArray> weights, DataType type) {
    return ThreadMutedStream.muted(
        () -> {
          SameDiff graph = new NetworkGraph(spec, weights, type).build(false);
          graph.setLossVariables(LOSS);
          graph.createGradFunction();
          return graph;
        });
  }

  /** The graph whose code is a placeholder. */
  static SameDiff intervened(NetworkSpec spec, Map<String, INDArray> weights, DataType type) {
    return ThreadMutedStream.muted(() -> new NetworkGraph(spec, weights, type).build(true));
  }

  private SameDiff build(boolean intervened) {
    SDVariable image =
        graph.placeHolder(IMAGE, type, -1, spec.height(), spec.width(), spec.imageChannels());
    SDVariable features = encoder(image);
    SDVariable mean = dense(MEAN, features, "mean");
    SDVariable raw = dense("logVariance.raw", features, "logVariance");
    SDVariable logVariance =
        graph.math().tanh(raw.div(LOG_VARIANCE_BOUND)).mul(LOG_VARIANCE, LOG_VARIANCE_BOUND);
    SDVariable code;
    if (intervened) {
      code = graph.placeHolder(CODE, type, -1, spec.latent());
    } else {
      SDVariable noise = graph.placeHolder(NOISE, type, -1, spec.latent());
      code = mean.add(CODE, graph.math().exp(logVariance.mul(0.5)).mul(noise));
    }
    SDVariable witness = witness(code);
    SDVariable output = decoder(code);
    SDVariable reconstruction = reconstruction(image, output);
    if (!intervened) {
      loss(mean, logVariance, witness, reconstruction);
    }
    return graph;
  }

  private SDVariable witness(SDVariable code) {
    if (spec.witness() == WitnessHead.LINEAR) {
      return dense(WITNESS, code, "witness");
    }
    SDVariable head = graph.constant(Parameters.SIMPLEX, weights.get(Parameters.SIMPLEX));
    return graph.mmul(WITNESS, code, head);
  }

  private SDVariable encoder(SDVariable image) {
    Conv2DConfig halving =
        Conv2DConfig.builder()
            .kH(Parameters.KERNEL)
            .kW(Parameters.KERNEL)
            .sH(2)
            .sW(2)
            .pH(1)
            .pW(1)
            .dH(1)
            .dW(1)
            .paddingMode(PaddingMode.VALID)
            .dataFormat("NHWC")
            .build();
    SDVariable features = image;
    for (int layer = 0; layer < spec.channels().size(); layer++) {
      String name = Parameters.encoder(layer);
      features =
          relu(
              graph
                  .cnn()
                  .conv2d(features, weight(name + ".kernel"), weight(name + ".bias"), halving));
    }
    return graph.reshape(features, -1, spec.innerValues());
  }

  private SDVariable decoder(SDVariable code) {
    DeConv2DConfig doubling =
        DeConv2DConfig.builder()
            .kH(Parameters.KERNEL)
            .kW(Parameters.KERNEL)
            .sH(2)
            .sW(2)
            .pH(1)
            .pW(1)
            .dH(1)
            .dW(1)
            .isSameMode(false)
            .dataFormat("NHWC")
            .build();
    SDVariable features = relu(dense(null, code, "decoder.input"));
    features =
        graph.reshape(features, -1, spec.innerHeight(), spec.innerWidth(), spec.innerChannels());
    int layers = spec.channels().size();
    for (int layer = 0; layer < layers; layer++) {
      String name = Parameters.decoder(layer);
      features =
          graph
              .cnn()
              .deconv2d(features, weight(name + ".kernel"), weight(name + ".bias"), doubling);
      if (layer < layers - 1) {
        features = relu(features);
      }
    }
    return features;
  }

  /** Adds the decoded pixels and the two reconstruction losses; returns −ln p(x|z) per image. */
  private SDVariable reconstruction(SDVariable image, SDVariable output) {
    boolean bernoulli = spec.likelihood() == Likelihood.BERNOULLI;
    SDVariable decoded =
        bernoulli ? graph.nn().sigmoid(DECODED, output) : graph.identity(DECODED, output);
    SDVariable squaredError = graph.math().square(decoded.sub(image));
    squaredError.sum(1, 2, 3).mul(SQUARED_ERROR, 1.0 / spec.pixels());
    if (bernoulli) {
      // softplus(l) = ½(l + |l|) + softplus(−|l|): the native softplus overflows beyond l = 88.
      SDVariable size = graph.math().abs(output);
      SDVariable rectified = output.add(size).mul(0.5);
      SDVariable tail = graph.nn().softplus(size.neg());
      return rectified.add(tail).sub(output.mul(image)).sum(RECONSTRUCTION, 1, 2, 3);
    }
    return graph
        .math()
        .square(output.sub(image))
        .sum(1, 2, 3)
        .mul(0.5)
        .add(RECONSTRUCTION, spec.pixels() * HALF_LOG_TWO_PI);
  }

  private void loss(
      SDVariable mean, SDVariable logVariance, SDVariable witness, SDVariable reconstruction) {
    SDVariable beta = graph.placeHolder(BETA, type, 1);
    SDVariable lambda = graph.placeHolder(LAMBDA, type, 1);
    SDVariable teacher = graph.placeHolder(TEACHER, type, -1, spec.components());
    SDVariable kl =
        graph
            .math()
            .square(mean)
            .add(graph.math().exp(logVariance))
            .sub(logVariance)
            .sub(1)
            .mul(0.5)
            .sum(KL, 1);
    SDVariable crossEntropy = teacher.mul(logSoftmax(witness)).sum(1).mul(CROSS_ENTROPY, -1);
    SDVariable share = graph.placeHolder(SHARE, type, -1);
    reconstruction.add(kl.mul(beta)).add(crossEntropy.mul(lambda)).mul(share).sum(LOSS);
  }

  /** Shifted by the largest logit: the native one gives −∞ when a probability underflows. */
  private SDVariable logSoftmax(SDVariable logits) {
    SDVariable shifted = logits.sub(logits.max(true, 1));
    return shifted.sub(graph.math().log(graph.math().exp(shifted).sum(true, 1)));
  }

  private SDVariable dense(String name, SDVariable input, String parameter) {
    return graph
        .nn()
        .linear(name, input, weight(parameter + ".weights"), weight(parameter + ".bias"));
  }

  private SDVariable relu(SDVariable input) {
    return graph.nn().relu(input, 0);
  }

  private SDVariable weight(String name) {
    return graph.var(Parameters.variable(name), weights.get(name));
  }

  /** What {@code graph} computes, for the audit. */
  static GraphDescription describe(SameDiff graph, List<String> parameters) {
    List<GraphDescription.Node> nodes = new ArrayList<>();
    for (SameDiffOp op : graph.getOps().values()) {
      nodes.add(
          new GraphDescription.Node(
              op.getName(), op.getOp().opName(), op.getInputsToOp(), op.getOutputsOfOp()));
    }
    return new GraphDescription(
        nodes,
        IMAGE,
        TEACHER,
        NOISE,
        CODE,
        WITNESS,
        parameters.stream().map(Parameters::variable).toList());
  }
}
