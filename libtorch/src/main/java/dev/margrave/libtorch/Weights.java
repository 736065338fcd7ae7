package dev.margrave.libtorch;

import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.NamedTensor;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Parameters;
import dev.margrave.workers.vae.engine.RegularSimplex;
import dev.margrave.workers.vae.engine.Regulariser;
import dev.margrave.workers.vae.engine.WitnessHead;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The trained parameters, their Adam moments and running statistics.
 *
 * <p>An {@link EngineState} has kernels as {@code [4, 4, in, out]} and {@code [4, 4, out, in]};
 * libtorch wants both with the last two dimensions first and the first two last, which is one
 * permutation and its inverse. In memory they lie channels last.
 */
@SuppressWarnings("try") // Guards act by being open.
final class Weights implements AutoCloseable {
  private static final String RUNNING_MEAN = "mean.running-mean";
  private static final String RUNNING_VARIANCE = "mean.running-variance";

  /** A parameter, in libtorch's order of dimensions; the shape is a state's. */
  private record Trained(List<Integer> shape, Adam adam) {}

  private final Map<String, Trained> trained = new LinkedHashMap<>();
  private final Map<String, Tensor> statistics = new TreeMap<>();
  private final List<Integer> statisticShape;
  private final Tensor simplex;

  Weights(NetworkSpec spec, WitnessStart start, long seed) {
    Map<String, float[]> initial = Parameters.initial(spec, start, seed);
    for (Parameters.Parameter parameter : Parameters.of(spec)) {
      List<Integer> shape = parameter.shape();
      float[] zeros = new float[parameter.size()];
      trained.put(
          parameter.name(),
          new Trained(
              shape,
              new Adam(
                  kept(inside(initial.get(parameter.name()), shape)).set_requires_grad(true),
                  kept(inside(zeros, shape)),
                  kept(inside(zeros, shape)))));
    }
    statisticShape = List.of(1, spec.latent());
    if (spec.regulariser() instanceof Regulariser.NormalisedMean) {
      statistics.put(RUNNING_MEAN, kept(Libtorch.here(torch.zeros(1, spec.latent()))));
      statistics.put(RUNNING_VARIANCE, kept(Libtorch.here(torch.ones(1, spec.latent()))));
    }
    simplex =
        spec.witness() == WitnessHead.SIMPLEX
            ? kept(
                Values.of(
                    new RegularSimplex(spec.components()).headWeights(spec.latent()),
                    spec.latent(),
                    spec.components()))
            : null;
  }

  /** It outlives the scope that it was made in. */
  private static Tensor kept(Tensor tensor) {
    tensor.retainReference();
    return tensor;
  }

  /** From a state's order of dimensions. */
  private static Tensor inside(float[] values, List<Integer> shape) {
    long[] dimensions = shape.stream().mapToLong(Integer::longValue).toArray();
    Tensor tensor = Values.of(values, dimensions);
    return shape.size() == 4
        ? tensor.permute(3, 2, 0, 1).contiguous(torch.MemoryFormat.ChannelsLast)
        : tensor;
  }

  /** To a state's order of dimensions. */
  private static float[] outside(Tensor tensor) {
    return Values.toArray(tensor.dim() == 4 ? tensor.permute(2, 3, 1, 0) : tensor);
  }

  Tensor weight(String name) {
    return trained.get(name).adam().value();
  }

  Tensor simplex() {
    return simplex;
  }

  Tensor runningMean() {
    return statistics.get(RUNNING_MEAN);
  }

  Tensor runningVariance() {
    return statistics.get(RUNNING_VARIANCE);
  }

  /** All names, the witness's last. */
  List<String> names() {
    return new ArrayList<>(trained.keySet());
  }

  /** running ← (1 − m)·running + m·batch. */
  void blend(Tensor mean, Tensor variance, double momentum) {
    blendOne(runningMean(), mean, momentum);
    blendOne(runningVariance(), variance, momentum);
  }

  private static void blendOne(Tensor running, Tensor batch, double momentum) {
    running.mul_(new Scalar(1 - momentum)).add_(batch, new Scalar(momentum));
  }

  /**
   * One step of {@link Adam}.
   *
   * @param iteration steps done before this one, from 0
   */
  void update(String name, Tensor gradient, double learningRate, long iteration) {
    trained.get(name).adam().step(gradient, learningRate, iteration);
  }

  /** New values for one parameter, and an optimiser that has seen nothing of it. */
  void reset(String name, float[] values) {
    Trained parameter = trained.get(name);
    overwrite(parameter.adam().value(), parameter.shape(), values);
    parameter.adam().forget();
  }

  private static void overwrite(Tensor tensor, List<Integer> shape, float[] values) {
    try (NoGradGuard guard = new NoGradGuard()) {
      tensor.copy_(inside(values, shape));
    }
  }

  /** One tensor of the state. */
  @FunctionalInterface
  private interface Visitor {
    void visit(String name, List<Integer> shape, Tensor tensor);
  }

  private void forEach(Visitor visitor) {
    trained.forEach(
        (name, parameter) -> {
          visitor.visit(EngineState.WEIGHT + name, parameter.shape(), parameter.adam().value());
          visitor.visit(EngineState.ADAM_M + name, parameter.shape(), parameter.adam().first());
          visitor.visit(EngineState.ADAM_V + name, parameter.shape(), parameter.adam().second());
        });
    statistics.forEach(
        (name, tensor) -> visitor.visit(EngineState.STATISTIC + name, statisticShape, tensor));
  }

  /** All tensors of the state by their full names. */
  SortedMap<String, NamedTensor> snapshot() {
    SortedMap<String, NamedTensor> tensors = new TreeMap<>();
    forEach((name, shape, tensor) -> tensors.put(name, new NamedTensor(shape, outside(tensor))));
    return tensors;
  }

  /**
   * @throws IllegalArgumentException when the state is another network's; nothing has changed then
   */
  void restore(EngineState state) {
    SortedMap<String, List<Integer>> needed = new TreeMap<>();
    forEach((name, shape, tensor) -> needed.put(name, shape));
    state.requireTensors(needed);
    forEach((name, shape, tensor) -> overwrite(tensor, shape, state.tensor(name).values()));
  }

  @Override
  public void close() {
    trained
        .values()
        .forEach(
            parameter -> {
              parameter.adam().value().releaseReference();
              parameter.adam().first().releaseReference();
              parameter.adam().second().releaseReference();
            });
    statistics.values().forEach(Tensor::releaseReference);
    if (simplex != null) {
      simplex.releaseReference();
    }
  }
}
