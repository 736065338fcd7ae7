package dev.margrave.workers.vae.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The native arrays of all trained parameters, of their Adam moments and of running statistics.
 *
 * <p>The arrays live as long as the store and change in place: graphs hold on to them.
 */
final class ParameterStore implements AutoCloseable {

  private final List<Parameters.Parameter> parameters;
  private final Map<String, INDArray> weights = new LinkedHashMap<>();
  private final Map<String, INDArray> firstMoments = new LinkedHashMap<>();
  private final Map<String, INDArray> secondMoments = new LinkedHashMap<>();
  private final RunningStatistics statistics;
  private final Adam adam = new Adam(weights, firstMoments, secondMoments);

  ParameterStore(NetworkSpec spec, WitnessStart witnessStart, long seed, DataType type) {
    parameters = Parameters.of(spec);
    statistics = new RunningStatistics(spec, type);
    Map<String, float[]> initial = Parameters.initial(spec, witnessStart, seed);
    for (Parameters.Parameter parameter : parameters) {
      String name = parameter.name();
      weights.put(name, Tensors.of(type, initial.get(name), parameter.shape()));
      firstMoments.put(name, Tensors.of(type, new float[parameter.size()], parameter.shape()));
      secondMoments.put(name, Tensors.of(type, new float[parameter.size()], parameter.shape()));
    }
    if (spec.witness() == WitnessHead.SIMPLEX) {
      float[] head = new RegularSimplex(spec.components()).headWeights(spec.latent());
      List<Integer> shape = List.of(spec.latent(), spec.components());
      weights.put(Parameters.SIMPLEX, Tensors.of(type, head, shape));
    }
  }

  /** All names, the witness's last. */
  List<String> names() {
    return parameters.stream().map(Parameters.Parameter::name).toList();
  }

  /** By name; with the fixed head of a simplex, which is no parameter. */
  Map<String, INDArray> weights() {
    return weights;
  }

  Adam adam() {
    return adam;
  }

  RunningStatistics statistics() {
    return statistics;
  }

  /** All tensors of the state by their full names. */
  SortedMap<String, NamedTensor> snapshot() {
    SortedMap<String, NamedTensor> tensors = new TreeMap<>();
    forEach(
        (name, shape, array) -> tensors.put(name, new NamedTensor(shape, Tensors.toArray(array))));
    return tensors;
  }

  /**
   * @throws IllegalArgumentException when the state is another network's; nothing has changed then
   */
  void restore(EngineState state) {
    SortedMap<String, List<Integer>> needed = new TreeMap<>();
    forEach((name, shape, array) -> needed.put(name, shape));
    state.requireTensors(needed);
    forEach((name, shape, array) -> overwrite(array, state.tensor(name).values()));
  }

  /** New values for one parameter, and an optimiser that has seen nothing of it. */
  void reset(String name, float[] values) {
    overwrite(weights.get(name), values);
    firstMoments.get(name).assign(0);
    secondMoments.get(name).assign(0);
  }

  /** One tensor of the state. */
  @FunctionalInterface
  private interface Visitor {
    void visit(String name, List<Integer> shape, INDArray array);
  }

  private void forEach(Visitor visitor) {
    for (Parameters.Parameter parameter : parameters) {
      String name = parameter.name();
      List<Integer> shape = parameter.shape();
      visitor.visit(EngineState.WEIGHT + name, shape, weights.get(name));
      visitor.visit(EngineState.ADAM_M + name, shape, firstMoments.get(name));
      visitor.visit(EngineState.ADAM_V + name, shape, secondMoments.get(name));
    }
    statistics
        .arrays()
        .forEach(
            (name, array) ->
                visitor.visit(EngineState.STATISTIC + name, statistics.shape(), array));
  }

  private static void overwrite(INDArray array, float[] values) {
    Tensors.write(values, 0, array, values.length);
  }

  @Override
  public void close() {
    for (Map<String, INDArray> arrays : List.of(weights, firstMoments, secondMoments)) {
      arrays.values().forEach(Tensors::close);
    }
    statistics.close();
  }
}
