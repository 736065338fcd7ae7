package dev.margrave.libtorch;

import dev.margrave.libtorch.Recording.Variable;
import dev.margrave.workers.vae.engine.Batch;
import dev.margrave.workers.vae.engine.EngineArguments;
import dev.margrave.workers.vae.engine.EngineInfo;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.GraphDescription;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Parameters;
import dev.margrave.workers.vae.engine.Part;
import dev.margrave.workers.vae.engine.Precision;
import dev.margrave.workers.vae.engine.Regulariser;
import dev.margrave.workers.vae.engine.StepLosses;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessHead;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The {@link TrainingEngine} on libtorch, channels last, single precision.
 *
 * <p>Every run has {@link NetworkSpec#batch} rows, the last chunk filled up with zeros, so that an
 * image's bits depend on its place in its chunk, but not on what stands beside it. Native memory of
 * a run is freed at its end.
 */
@SuppressWarnings("try") // Scopes and guards act by being open.
public final class LibtorchTrainingEngine implements TrainingEngine {
  private final NetworkSpec spec;
  private final EngineInfo info;
  private final Weights weights;
  private final Input images;
  private final Input teachers;
  private final Input noises;
  private final Input priors;
  private final Input codes;
  private GraphDescription description;
  private long encoderIteration;
  private long decoderIteration;
  private boolean closed;

  /** A fresh engine; this is a {@link TrainingEngine.Factory}. */
  public static TrainingEngine create(NetworkSpec spec, WitnessStart witnessStart, long seed) {
    return new LibtorchTrainingEngine(spec, witnessStart, seed);
  }

  private LibtorchTrainingEngine(NetworkSpec spec, WitnessStart witnessStart, long seed) {
    this.info = Libtorch.start();
    if (spec.precision() == Precision.TF32 && !Libtorch.onGpu()) {
      throw new IllegalArgumentException(
          "training.precision tf32 is a GPU's, and this worker trains on its CPU; say float32 or"
              + " bfloat16, or ask for resources.gpus");
    }
    this.spec = spec;
    try (PointerScope scope = new PointerScope()) {
      this.weights = new Weights(spec, witnessStart, seed);
    }
    int batch = spec.batch();
    this.images = new Input(batch, spec.height(), spec.width(), spec.imageChannels());
    this.teachers = new Input(batch, spec.components());
    this.noises = new Input(batch, spec.latent());
    this.priors = new Input(batch, spec.latent());
    this.codes = new Input(batch, spec.latent());
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  @Override
  public StepLosses step(Batch batch, double beta, double lambda, double learningRate, Part part) {
    requireOpen();
    EngineArguments.requireWeight("beta", beta);
    EngineArguments.requireWeight("lambda", lambda);
    EngineArguments.requireWeight("learningRate", learningRate);
    EngineArguments.requireBatch(batch, spec);
    try (PointerScope scope = new PointerScope();
        Multiplying precision = Multiplying.in(spec.precision())) {
      Pass pass = forward(batch, beta, lambda);
      List<String> updated =
          weights.names().stream()
              .filter(name -> part.updates(name) && (lambda > 0 || !EngineState.isWitness(name)))
              .toList();
      TensorVector wanted = new TensorVector();
      updated.forEach(name -> wanted.push_back(weights.weight(name)));
      TensorVector gradients = torch.grad(new TensorVector(pass.loss()), wanted);
      for (int i = 0; i < updated.size(); i++) {
        String name = updated.get(i);
        long iteration = Part.isEncoder(name) ? encoderIteration : decoderIteration;
        weights.update(name, gradients.get(i), learningRate, iteration);
      }
      if (part != Part.DECODER) {
        encoderIteration++;
        if (spec.regulariser() instanceof Regulariser.NormalisedMean normalised) {
          weights.blend(
              pass.posterior().batchMean(),
              pass.posterior().batchVariance(),
              normalised.momentum());
        }
      }
      if (part != Part.ENCODER) {
        decoderIteration++;
      }
      return pass.losses(batch, part == Part.DECODER ? decoderIteration : encoderIteration, spec);
    }
  }

  /** What a step computes before its update. */
  private record Pass(
      Network.Posterior posterior,
      Tensor loss,
      Tensor reconstruction,
      Tensor divergences,
      Tensor crossEntropy) {
    StepLosses losses(Batch batch, long iteration, NetworkSpec spec) {
      int count = batch.count();
      double negativeEntropy = 0;
      for (int i = 0; i < count * spec.components(); i++) {
        double probability = batch.teacher()[i];
        negativeEntropy += probability > 0 ? probability * StrictMath.log(probability) : 0;
      }
      return new StepLosses(
          iteration,
          Values.sum(reconstruction, count) / count,
          Values.sum(divergences.sum(1), count) / count,
          (Values.sum(crossEntropy, count) + negativeEntropy) / count);
    }
  }

  private Pass forward(Batch batch, double beta, double lambda) {
    int count = batch.count();
    Network network = new Network(spec, weights);
    Variable image = network.images(images.fill(batch.images(), 0, count));
    Variable share = network.given("share", share(count));
    Network.Posterior posterior = network.posterior(image, share);
    Variable noise = network.given(Network.NOISE, noises.fill(batch.noise(), 0, count));
    Variable code = network.code(posterior, noise);
    Variable witness = network.witness(code);
    Variable teacher = network.given(Network.TEACHER, teachers.fill(batch.teacher(), 0, count));
    Variable crossEntropy =
        network
            .recording()
            .name(
                "crossEntropy",
                "cross_entropy",
                in -> Network.crossEntropy(in[0], in[1]),
                teacher,
                witness);
    Variable reconstruction = network.reconstruction(image, network.output(code));
    Variable divergences =
        network
            .recording()
            .name(
                "divergences",
                "divergence",
                in -> Network.divergences(in[0], in[1]),
                posterior.mean(),
                posterior.logVariance());
    boolean compared = spec.regulariser() instanceof Regulariser.InfoVae;
    Variable prior =
        network.given("prior", compared ? priors.fill(batch.prior(), 0, count) : share.tensor());
    Variable loss =
        network
            .recording()
            .name(
                "loss",
                "loss",
                in ->
                    Losses.total(
                        spec,
                        in[0],
                        in[1],
                        in[2].mul(new Scalar(lambda)),
                        in[3],
                        beta,
                        in[4],
                        in[5],
                        count),
                reconstruction,
                divergences,
                crossEntropy,
                share,
                code,
                prior);
    if (description == null) {
      description =
          new GraphDescription(
              network.recording().nodes(),
              Network.IMAGE,
              Network.TEACHER,
              Network.NOISE,
              Network.CODE,
              Network.WITNESS,
              weights.names().stream().map(Parameters::variable).toList());
    }
    return new Pass(
        posterior,
        loss.tensor(),
        reconstruction.tensor(),
        divergences.tensor(),
        crossEntropy.tensor());
  }

  private Tensor share(int count) {
    float[] share = new float[spec.batch()];
    for (int row = 0; row < count; row++) {
      share[row] = (float) (1.0 / count);
    }
    return Values.of(share, spec.batch());
  }

  /** A chunk of an evaluation, without gradients. */
  @FunctionalInterface
  private interface Chunk {
    void run(Network network, int start, int rows);
  }

  private void forEachChunk(int count, Chunk chunk) {
    for (int start = 0; start < count; start += spec.batch()) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        chunk.run(new Network(spec, weights), start, Math.min(spec.batch(), count - start));
      }
    }
  }

  private void requireRows(int count) {
    requireOpen();
    EngineArguments.requireRows(count);
  }

  @Override
  public void encode(float[] images, int count, float[] mean, float[] logVariance) {
    requireRows(count);
    EngineArguments.requireLength("images", images, count, spec.pixels());
    EngineArguments.requireLength("mean", mean, count, spec.latent());
    EngineArguments.requireLength("logVariance", logVariance, count, spec.latent());
    forEachChunk(
        count,
        (network, start, rows) -> {
          Network.Posterior posterior =
              network.posterior(network.images(this.images.fill(images, start, rows)), null);
          int width = spec.latent();
          Values.read(posterior.mean().tensor(), mean, start * width, rows * width);
          Values.read(posterior.logVariance().tensor(), logVariance, start * width, rows * width);
        });
  }

  private Variable code(Network network, float[] codes, int start, int rows) {
    return network.given(Network.CODE, this.codes.fill(codes, start, rows));
  }

  @Override
  public void witnessLogits(float[] codes, int count, float[] logits) {
    requireRows(count);
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("logits", logits, count, spec.components());
    forEachChunk(
        count,
        (network, start, rows) -> {
          int width = spec.components();
          Values.read(
              network.witness(code(network, codes, start, rows)).tensor(),
              logits,
              start * width,
              rows * width);
        });
  }

  @Override
  public void witnessLogitsUnder(float[] images, float[] codes, int count, float[] logits) {
    requireRows(count);
    EngineArguments.requireLength("images", images, count, spec.pixels());
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("logits", logits, count, spec.components());
    forEachChunk(
        count,
        (network, start, rows) -> {
          Variable image = network.images(this.images.fill(images, start, rows));
          network.posterior(image, null);
          Variable code = code(network, codes, start, rows);
          network.reconstruction(image, network.output(code));
          int width = spec.components();
          Values.read(network.witness(code).tensor(), logits, start * width, rows * width);
        });
  }

  @Override
  public void decode(float[] codes, int count, float[] decoded) {
    requireRows(count);
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("decoded", decoded, count, spec.pixels());
    forEachChunk(
        count,
        (network, start, rows) -> {
          Tensor output = network.output(code(network, codes, start, rows)).tensor();
          int width = spec.pixels();
          Values.read(network.decoded(output), decoded, start * width, rows * width);
        });
  }

  @Override
  public void reconstructionLosses(
      float[] images, float[] codes, int count, float[] nats, float[] squaredError) {
    requireRows(count);
    EngineArguments.requireLength("images", images, count, spec.pixels());
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("nats", nats, count, 1);
    EngineArguments.requireLength("squaredError", squaredError, count, 1);
    forEachChunk(
        count,
        (network, start, rows) -> {
          Variable image = network.images(this.images.fill(images, start, rows));
          Variable output = network.output(code(network, codes, start, rows));
          Values.read(network.reconstruction(image, output).tensor(), nats, start, rows);
          Values.read(
              network.squaredError(image.tensor(), output.tensor()), squaredError, start, rows);
        });
  }

  @Override
  public EngineState snapshot() {
    requireOpen();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return new EngineState(encoderIteration, decoderIteration, weights.snapshot());
    }
  }

  @Override
  public void restore(EngineState state) {
    requireOpen();
    try (PointerScope scope = new PointerScope()) {
      weights.restore(state);
    }
    encoderIteration = state.iteration();
    decoderIteration = state.decoderIteration();
  }

  @Override
  public void resetWitness(float[] newWeights, float[] newBias) {
    requireOpen();
    if (spec.witness() != WitnessHead.LINEAR) {
      throw new IllegalStateException("a simplex witness has no weights that could be reset");
    }
    EngineArguments.requireExactly("weights", newWeights, spec.latent() * spec.components());
    EngineArguments.requireExactly("bias", newBias, spec.components());
    try (PointerScope scope = new PointerScope()) {
      weights.reset(EngineState.WITNESS_WEIGHTS, newWeights);
      weights.reset(EngineState.WITNESS_BIAS, newBias);
    }
  }

  @Override
  public EngineInfo info() {
    return info;
  }

  /** Of the forward pass of a step, as it was recorded; of one on zeros if there was none yet. */
  @Override
  public GraphDescription graph() {
    requireOpen();
    if (description == null) {
      int batch = spec.batch();
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        forward(
            new Batch(
                batch,
                new float[batch * spec.pixels()],
                new float[batch * spec.components()],
                new float[batch * spec.latent()],
                new float[batch * spec.latent()]),
            1,
            1);
      }
    }
    return description;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    weights.close();
    List.of(images, teachers, noises, priors, codes).forEach(Input::close);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this training engine is closed");
    }
  }
}
