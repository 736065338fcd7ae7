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
 * <p>ln σ² = B·tanh(raw/B) with B = {@link Parameters#LOG_VARIANCE_BOUND}: the identity near 0, and
 * σ² can neither overflow nor vanish. The per-image losses are variables of shape {@code [count]},
 * so that their mean is taken in double.
 */
final class NetworkGraph {

  static final String IMAGE = "image";
  static final String TEACHER = "teacher";
  static final String NOISE = "noise";
  static final String BETA = "beta";
  static final String LAMBDA = "lambda";

  /** Draws from the prior, and the weights of {@link Discrepancy}. */
  static final String PRIOR = "prior";

  static final String PAIRS = "pairs";
  static final String CROSS = "cross";

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

  /** Mean and variance of a batch, of that name in {@link RunningStatistics}. */
  static String ofBatch(String statistic) {
    return "batch." + statistic;
  }

  /** −Σ_k T_k ln w_k of each image: the alignment without the teacher's entropy, a constant. */
  static final String CROSS_ENTROPY = "crossEntropy";

  private static final String LOSS = "loss";

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final NetworkSpec spec;
  private final Map<String, INDArray> weights;
  private final Map<String, INDArray> statistics;
  private final DataType type;
  private final SameDiff graph = SameDiff.create();

  private NetworkGraph(NetworkSpec spec, ParameterStore store, DataType type) {
    this.spec = spec;
    this.weights = store.weights();
    this.statistics = store.statistics().arrays();
    this.type = type;
  }

  /** The graph that trains, with its gradient function. */
  static SameDiff training(NetworkSpec spec, ParameterStore store, DataType type) {
    return ThreadMutedStream.muted(
        () -> {
          SameDiff graph = new NetworkGraph(spec, store, type).build(false);
          graph.setLossVariables(LOSS);
          graph.createGradFunction();
          return graph;
        });
  }

  /** The graph whose code is a placeholder. */
  static SameDiff intervened(NetworkSpec spec, ParameterStore store, DataType type) {
    return ThreadMutedStream.muted(() -> new NetworkGraph(spec, store, type).build(true));
  }

  private SameDiff build(boolean intervened) {
    SDVariable image =
        graph.placeHolder(IMAGE, type, -1, spec.height(), spec.width(), spec.imageChannels());
    SDVariable features = encoder(image);
    SDVariable share = intervened ? null : graph.placeHolder(SHARE, type, -1);
    SDVariable mean = mean(features, share);
    SDVariable raw = dense("logVariance.raw", features, "logVariance");
    SDVariable logVariance =
        graph
            .math()
            .tanh(raw.div(Parameters.LOG_VARIANCE_BOUND))
            .mul(LOG_VARIANCE, Parameters.LOG_VARIANCE_BOUND);
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
      loss(share, code, mean, logVariance, witness, reconstruction);
    }
    return graph;
  }

  /**
   * μ of each image.
   *
   * @param share of each row in the batch; null when it is not a batch that trains
   */
  private SDVariable mean(SDVariable features, SDVariable share) {
    if (!(spec.regulariser() instanceof Regulariser.NormalisedMean normalised)) {
      return dense(MEAN, features, "mean");
    }
    SDVariable plain = graph.mmul(features, weight("mean.weights"));
    SDVariable centre;
    SDVariable centred;
    SDVariable variance;
    if (share == null) {
      centre = statistic(RunningStatistics.MEAN);
      centred = plain.sub(centre);
      variance = statistic(RunningStatistics.VARIANCE);
    } else {
      SDVariable rows = graph.reshape(share, -1, 1);
      centre = plain.mul(rows).sum(ofBatch(RunningStatistics.MEAN), true, 0);
      centred = plain.sub(centre);
      variance =
          graph.math().square(centred).mul(rows).sum(ofBatch(RunningStatistics.VARIANCE), true, 0);
    }
    SDVariable deviation = graph.math().sqrt(variance.add(Regulariser.NormalisedMean.EPSILON));
    return centred.div(deviation).mul(normalised.gamma()).add(MEAN, weight("mean.bias"));
  }

  private SDVariable statistic(String name) {
    return graph.var(Parameters.variable(name), statistics.get(name));
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
      SDVariable share,
      SDVariable code,
      SDVariable mean,
      SDVariable logVariance,
      SDVariable witness,
      SDVariable reconstruction) {
    SDVariable beta = graph.placeHolder(BETA, type, 1);
    SDVariable lambda = graph.placeHolder(LAMBDA, type, 1);
    SDVariable teacher = graph.placeHolder(TEACHER, type, -1, spec.components());
    SDVariable byDimension =
        graph
            .math()
            .square(mean)
            .add(graph.math().exp(logVariance))
            .sub(logVariance)
            .sub(1)
            .mul(0.5);
    SDVariable kl = byDimension.sum(KL, 1);
    SDVariable crossEntropy = teacher.mul(logSoftmax(witness)).sum(1).mul(CROSS_ENTROPY, -1);
    SDVariable aligned = crossEntropy.mul(lambda);
    if (spec.regulariser() instanceof Regulariser.FreeBits freeBits) {
      SDVariable rest = reconstruction.add(aligned).mul(share).sum();
      rest.add(floored(byDimension, share, freeBits).mul(beta)).sum(LOSS);
    } else if (spec.regulariser() instanceof Regulariser.InfoVae infoVae) {
      SDVariable rest = reconstruction.add(kl.mul(beta)).add(aligned).mul(share).sum();
      rest.add(discrepancy(code, infoVae).mul(infoVae.weight())).sum(LOSS);
    } else {
      reconstruction.add(kl.mul(beta)).add(aligned).mul(share).sum(LOSS);
    }
  }

  /** Σ_g max(floor, batch mean of the group's KL), as floor + relu(mean − floor). */
  private SDVariable floored(
      SDVariable byDimension, SDVariable share, Regulariser.FreeBits freeBits) {
    SDVariable byGroup = byDimension.mul(graph.reshape(share, -1, 1)).sum(0);
    if (freeBits.groupSize() > 1) {
      // ND4J fails on a sum over a dimension of one entry.
      int groups = spec.latent() / freeBits.groupSize();
      byGroup = graph.reshape(byGroup, groups, freeBits.groupSize()).sum(1);
    }
    return relu(byGroup.sub(freeBits.floorNats())).add(freeBits.floorNats()).sum();
  }

  private SDVariable discrepancy(SDVariable code, Regulariser.InfoVae infoVae) {
    return Discrepancy.of(
        graph,
        code,
        graph.placeHolder(PRIOR, type, -1, spec.latent()),
        graph.placeHolder(PAIRS, type, -1, -1),
        graph.placeHolder(CROSS, type, -1, -1),
        Discrepancy.constant(spec.latent(), infoVae.kernelScale()));
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
