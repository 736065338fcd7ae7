package dev.margrave.workers.vae.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The {@link TrainingEngine} on ND4J SameDiff, NHWC, single precision.
 *
 * <p>Every run has {@link NetworkSpec#batch} rows, the last chunk filled up with zeros, so that an
 * image's bits depend neither on its place nor on how many stand beside it: the native kernels may
 * choose another algorithm for another batch size.
 *
 * <p>Native memory is allocated by the first step and by the first evaluation, is used again by
 * every later one and is freed by {@link #close}.
 */
public final class Nd4jTrainingEngine implements TrainingEngine {

  private static final List<String> LOSSES =
      List.of(NetworkGraph.RECONSTRUCTION, NetworkGraph.KL, NetworkGraph.CROSS_ENTROPY);

  private final NetworkSpec spec;
  private final DataType type;
  private final EngineInfo info;
  private final ParameterStore parameters;
  private final GraphDescription description;
  private final Map<String, String> gradientNames = new LinkedHashMap<>();
  private final GraphRunner training;
  private final GraphRunner evaluation;
  private final Map<String, INDArray> inputs = new HashMap<>();
  private long encoderIteration;
  private long decoderIteration;
  private boolean closed;

  /**
   * A fresh engine in single precision; this is a {@link TrainingEngine.Factory}.
   *
   * @throws IllegalStateException when the native library is not the one that is fast enough
   */
  public static TrainingEngine create(NetworkSpec spec, WitnessStart witnessStart, long seed) {
    return new Nd4jTrainingEngine(spec, witnessStart, seed, DataType.FLOAT);
  }

  /** In that precision; double is for the tests of the gradients. */
  Nd4jTrainingEngine(NetworkSpec spec, WitnessStart witnessStart, long seed, DataType type) {
    if (spec.precision() != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "nd4j trains in float32 alone, and training.precision asks for another; train it with"
              + " --engine libtorch");
    }
    this.spec = spec;
    this.type = type;
    this.info = Nd4jBackend.info();
    this.parameters = new ParameterStore(spec, witnessStart, seed, type);
    List<String> names = parameters.names();
    SameDiff trainingGraph = NetworkGraph.training(spec, parameters, type);
    this.description = NetworkGraph.describe(trainingGraph, names);
    for (String name : names) {
      gradientNames.put(name, trainingGraph.grad(Parameters.variable(name)).name());
    }
    this.training = new GraphRunner(trainingGraph.getFunction("grad"));
    this.evaluation = new GraphRunner(NetworkGraph.intervened(spec, parameters, type));
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
    Map<String, INDArray> outputs = differentiate(batch, beta, lambda, part);
    gradients(outputs, part)
        .forEach(
            (name, gradient) -> {
              if (lambda > 0 || !EngineState.isWitness(name)) {
                long iteration = Part.isEncoder(name) ? encoderIteration : decoderIteration;
                parameters.adam().update(name, gradient, learningRate, iteration);
              }
            });
    if (part != Part.DECODER) {
      encoderIteration++;
      for (String name : parameters.statistics().arrays().keySet()) {
        parameters.statistics().update(name, outputs.get(NetworkGraph.ofBatch(name)));
      }
    }
    if (part != Part.ENCODER) {
      decoderIteration++;
    }
    return losses(batch, outputs, part == Part.DECODER ? decoderIteration : encoderIteration);
  }

  /** The gradient of the loss by parameter, in C order, and no update: for tests. */
  Map<String, INDArray> gradients(Batch batch, double beta, double lambda) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    gradients(differentiate(batch, beta, lambda, Part.ALL), Part.ALL)
        .forEach((name, gradient) -> copies.put(name, gradient.dup('c')));
    return copies;
  }

  /** By parameter; the arrays are valid until the next run. */
  private Map<String, INDArray> gradients(Map<String, INDArray> outputs, Part part) {
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    gradientNames.forEach(
        (parameter, gradient) -> {
          if (part.updates(parameter)) {
            gradients.put(parameter, outputs.get(gradient));
          }
        });
    return gradients;
  }

  private Map<String, INDArray> differentiate(Batch batch, double beta, double lambda, Part part) {
    EngineArguments.requireBatch(batch, spec);
    List<String> wanted = new ArrayList<>(LOSSES);
    parameters.statistics().arrays().keySet().stream()
        .map(NetworkGraph::ofBatch)
        .forEach(wanted::add);
    gradientNames.forEach(
        (parameter, gradient) -> {
          if (part.updates(parameter)) {
            wanted.add(gradient);
          }
        });
    return training.run(wanted, stepInputs(batch, beta, lambda));
  }

  private Map<String, INDArray> stepInputs(Batch batch, double beta, double lambda) {
    int count = batch.count();
    INDArray beta1 = input("beta", 1);
    INDArray lambda1 = input("lambda", 1);
    beta1.putScalar(0, beta);
    lambda1.putScalar(0, lambda);
    INDArray share = input("share", spec.batch());
    for (int row = 0; row < spec.batch(); row++) {
      share.putScalar(row, row < count ? 1.0 / count : 0);
    }
    Map<String, INDArray> values = new HashMap<>();
    values.put(NetworkGraph.IMAGE, paddedImages(batch.images(), 0, count));
    values.put(NetworkGraph.TEACHER, padded("teacher", batch.teacher(), count, spec.components()));
    values.put(NetworkGraph.NOISE, padded("noise", batch.noise(), count, spec.latent()));
    values.put(NetworkGraph.BETA, beta1);
    values.put(NetworkGraph.LAMBDA, lambda1);
    values.put(NetworkGraph.SHARE, share);
    if (spec.regulariser() instanceof Regulariser.InfoVae) {
      INDArray pairs = input("pairs", spec.batch(), spec.batch());
      INDArray cross = input("cross", spec.batch(), spec.batch());
      Discrepancy.fillWeights(pairs, cross, count);
      values.put(NetworkGraph.PRIOR, padded("prior", batch.prior(), count, spec.latent()));
      values.put(NetworkGraph.PAIRS, pairs);
      values.put(NetworkGraph.CROSS, cross);
    }
    return values;
  }

  private INDArray padded(String name, float[] rows, int count, int width) {
    return padded(input(name, spec.batch(), width), rows, 0, count, width);
  }

  private StepLosses losses(Batch batch, Map<String, INDArray> outputs, long iteration) {
    int count = batch.count();
    double negativeEntropy = 0;
    for (int i = 0; i < count * spec.components(); i++) {
      double probability = batch.teacher()[i];
      negativeEntropy += probability > 0 ? probability * StrictMath.log(probability) : 0;
    }
    double crossEntropy = Tensors.sum(outputs.get(NetworkGraph.CROSS_ENTROPY), count);
    return new StepLosses(
        iteration,
        Tensors.sum(outputs.get(NetworkGraph.RECONSTRUCTION), count) / count,
        Tensors.sum(outputs.get(NetworkGraph.KL), count) / count,
        (crossEntropy + negativeEntropy) / count);
  }

  @Override
  public void encode(float[] images, int count, float[] mean, float[] logVariance) {
    requireRows(count);
    EngineArguments.requireLength("images", images, count, spec.pixels());
    EngineArguments.requireLength("mean", mean, count, spec.latent());
    EngineArguments.requireLength("logVariance", logVariance, count, spec.latent());
    List<String> wanted = List.of(NetworkGraph.MEAN, NetworkGraph.LOG_VARIANCE);
    for (int start = 0; start < count; start += spec.batch()) {
      int rows = Math.min(spec.batch(), count - start);
      Map<String, INDArray> outputs =
          evaluation.run(wanted, Map.of(NetworkGraph.IMAGE, paddedImages(images, start, rows)));
      read(outputs, NetworkGraph.MEAN, mean, start, rows, spec.latent());
      read(outputs, NetworkGraph.LOG_VARIANCE, logVariance, start, rows, spec.latent());
    }
  }

  @Override
  public void witnessLogits(float[] codes, int count, float[] logits) {
    requireRows(count);
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("logits", logits, count, spec.components());
    for (int start = 0; start < count; start += spec.batch()) {
      int rows = Math.min(spec.batch(), count - start);
      Map<String, INDArray> outputs =
          evaluation.run(
              List.of(NetworkGraph.WITNESS),
              Map.of(NetworkGraph.CODE, paddedCodes(codes, start, rows)));
      read(outputs, NetworkGraph.WITNESS, logits, start, rows, spec.components());
    }
  }

  @Override
  public void witnessLogitsUnder(float[] images, float[] codes, int count, float[] logits) {
    requireRows(count);
    EngineArguments.requireLength("images", images, count, spec.pixels());
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("logits", logits, count, spec.components());
    List<String> wanted =
        List.of(
            NetworkGraph.MEAN,
            NetworkGraph.LOG_VARIANCE,
            NetworkGraph.RECONSTRUCTION,
            NetworkGraph.WITNESS);
    for (int start = 0; start < count; start += spec.batch()) {
      int rows = Math.min(spec.batch(), count - start);
      Map<String, INDArray> outputs =
          evaluation.run(wanted, imagesAndCodes(images, codes, start, rows));
      read(outputs, NetworkGraph.WITNESS, logits, start, rows, spec.components());
    }
  }

  @Override
  public void decode(float[] codes, int count, float[] decoded) {
    requireRows(count);
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("decoded", decoded, count, spec.pixels());
    for (int start = 0; start < count; start += spec.batch()) {
      int rows = Math.min(spec.batch(), count - start);
      Map<String, INDArray> outputs =
          evaluation.run(
              List.of(NetworkGraph.DECODED),
              Map.of(NetworkGraph.CODE, paddedCodes(codes, start, rows)));
      read(outputs, NetworkGraph.DECODED, decoded, start, rows, spec.pixels());
    }
  }

  @Override
  public void reconstructionLosses(
      float[] images, float[] codes, int count, float[] nats, float[] squaredError) {
    requireRows(count);
    EngineArguments.requireLength("images", images, count, spec.pixels());
    EngineArguments.requireLength("codes", codes, count, spec.latent());
    EngineArguments.requireLength("nats", nats, count, 1);
    EngineArguments.requireLength("squaredError", squaredError, count, 1);
    List<String> wanted = List.of(NetworkGraph.RECONSTRUCTION, NetworkGraph.SQUARED_ERROR);
    for (int start = 0; start < count; start += spec.batch()) {
      int rows = Math.min(spec.batch(), count - start);
      Map<String, INDArray> outputs =
          evaluation.run(wanted, imagesAndCodes(images, codes, start, rows));
      read(outputs, NetworkGraph.RECONSTRUCTION, nats, start, rows, 1);
      read(outputs, NetworkGraph.SQUARED_ERROR, squaredError, start, rows, 1);
    }
  }

  private Map<String, INDArray> imagesAndCodes(float[] images, float[] codes, int start, int rows) {
    return Map.of(
        NetworkGraph.IMAGE, paddedImages(images, start, rows),
        NetworkGraph.CODE, paddedCodes(codes, start, rows));
  }

  private INDArray paddedImages(float[] images, int start, int rows) {
    INDArray input =
        input("image", spec.batch(), spec.height(), spec.width(), spec.imageChannels());
    return padded(input, images, start, rows, spec.pixels());
  }

  private INDArray paddedCodes(float[] codes, int start, int rows) {
    INDArray input = input("code", spec.batch(), spec.latent());
    return padded(input, codes, start, rows, spec.latent());
  }

  private INDArray padded(INDArray input, float[] values, int start, int rows, int width) {
    if (rows < spec.batch()) {
      input.assign(0);
    }
    Tensors.write(values, start * width, input, rows * width);
    return input;
  }

  private static void read(
      Map<String, INDArray> outputs,
      String variable,
      float[] target,
      int start,
      int rows,
      int width) {
    Tensors.read(outputs.get(variable), target, start * width, rows * width);
  }

  /** One buffer per name, kept for the engine's life. */
  private INDArray input(String name, long... shape) {
    return inputs.computeIfAbsent(name, key -> Nd4j.createUninitialized(type, shape));
  }

  @Override
  public EngineState snapshot() {
    requireOpen();
    return new EngineState(encoderIteration, decoderIteration, parameters.snapshot());
  }

  @Override
  public void restore(EngineState state) {
    requireOpen();
    parameters.restore(state);
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
    parameters.reset(EngineState.WITNESS_WEIGHTS, newWeights);
    parameters.reset(EngineState.WITNESS_BIAS, newBias);
  }

  @Override
  public EngineInfo info() {
    return info;
  }

  @Override
  public GraphDescription graph() {
    return description;
  }

  /** Native memory of the two graphs, without weights and inputs, in bytes. */
  long graphBytes() {
    return training.allocatedBytes() + evaluation.allocatedBytes();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    training.close();
    evaluation.close();
    parameters.close();
    inputs.values().forEach(Tensors::close);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this training engine is closed");
    }
  }

  private void requireRows(int count) {
    requireOpen();
    EngineArguments.requireRows(count);
  }
}
