package dev.margrave.workers.vae.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names, shapes and first values of a network's trained parameters.
 *
 * <p>Convolution kernels are {@code [4, 4, in, out]}, transposed ones {@code [4, 4, out, in]},
 * dense weights {@code [in, out]}, biases {@code [out]} and 0 at the start. Kernels and weights
 * start uniform on ±√(6/fan-in) where a ReLU follows (He et al. 2015), else on ±√(6/(fan-in +
 * fan-out)) (Glorot and Bengio 2010); each parameter's numbers depend on the seed and on its place
 * in the list, never on another parameter's size.
 */
public final class Parameters {
  private Parameters() {}

  /** Height and width of every convolution kernel; the stride is 2, the padding 1. */
  static final int KERNEL = 4;

  /** Bound of |ln σ²|; σ then lies between 5·10⁻⁴ and 2·10³. */
  public static final double LOG_VARIANCE_BOUND = 15;

  /** A parameter: {@code bound} is that of its uniform start, 0 for a bias. */
  public record Parameter(String name, List<Integer> shape, double bound) {
    /** Numbers in it. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /** The prefix of an encoder's layer. */
  public static String encoder(int layer) {
    return "encoder." + layer;
  }

  /** The prefix of a decoder's layer. */
  public static String decoder(int layer) {
    return "decoder." + layer;
  }

  /** The graph's variable of a parameter: apart from the names of computed variables. */
  public static String variable(String parameter) {
    return "parameter." + parameter;
  }

  /** The fixed head of a simplex witness, A {@code [latent, K]}: no parameter, an array beside. */
  static final String SIMPLEX = "witness.simplex";

  /** All parameters, the witness last; a simplex has none. */
  public static List<Parameter> of(NetworkSpec spec) {
    List<Parameter> all = new ArrayList<>();
    int in = spec.imageChannels();
    for (int layer = 0; layer < spec.channels().size(); layer++) {
      int out = spec.channels().get(layer);
      double bound = he(KERNEL * KERNEL * in);
      all.add(new Parameter(encoder(layer) + ".kernel", List.of(KERNEL, KERNEL, in, out), bound));
      all.add(bias(encoder(layer), out));
      in = out;
    }
    dense(all, "mean", spec.innerValues(), spec.latent(), false);
    dense(all, "logVariance", spec.innerValues(), spec.latent(), false);
    dense(all, "decoder.input", spec.latent(), spec.innerValues(), true);
    int layers = spec.channels().size();
    for (int layer = 0; layer < layers; layer++) {
      boolean last = layer == layers - 1;
      int out = last ? spec.imageChannels() : spec.channels().get(layers - 2 - layer);
      // With stride 2, each output pixel is reached by a quarter of the kernel.
      int fanIn = KERNEL * KERNEL / 4 * in;
      double bound = last ? glorot(fanIn, KERNEL * KERNEL * out) : he(fanIn);
      all.add(new Parameter(decoder(layer) + ".kernel", List.of(KERNEL, KERNEL, out, in), bound));
      all.add(bias(decoder(layer), out));
      in = out;
    }
    if (spec.witness() == WitnessHead.LINEAR) {
      dense(all, "witness", spec.latent(), spec.components(), false);
    }
    return all;
  }

  private static void dense(List<Parameter> all, String name, int in, int out, boolean relu) {
    all.add(new Parameter(name + ".weights", List.of(in, out), relu ? he(in) : glorot(in, out)));
    all.add(bias(name, out));
  }

  private static Parameter bias(String name, int size) {
    return new Parameter(name + ".bias", List.of(size), 0);
  }

  private static double he(int fanIn) {
    return Math.sqrt(6.0 / fanIn);
  }

  private static double glorot(int fanIn, int fanOut) {
    return Math.sqrt(6.0 / (fanIn + fanOut));
  }

  /**
   * The first values of every parameter, in C order.
   *
   * @throws IllegalArgumentException when a boundary start has another number of components, or a
   *     start does not belong to the head
   */
  public static Map<String, float[]> initial(NetworkSpec spec, WitnessStart start, long seed) {
    if ((start instanceof WitnessStart.Fixed) != (spec.witness() == WitnessHead.SIMPLEX)) {
      throw new IllegalArgumentException(
          "a witness of the kind %s cannot start as %s".formatted(spec.witness(), start));
    }
    Map<String, float[]> values = new LinkedHashMap<>();
    List<Parameter> all = of(spec);
    for (int number = 0; number < all.size(); number++) {
      Parameter parameter = all.get(number);
      values.put(parameter.name(), uniform(parameter, seed, number));
    }
    if (start instanceof WitnessStart.Boundary boundary) {
      float[] bias = boundary.logMeanTeacher();
      if (bias.length != spec.components()) {
        throw new IllegalArgumentException(
            "logMeanTeacher has "
                + bias.length
                + " entries for "
                + spec.components()
                + " components; it needs one each");
      }
      values.put(EngineState.WITNESS_BIAS, bias.clone());
      values.put(EngineState.WITNESS_WEIGHTS, new float[spec.latent() * spec.components()]);
    }
    return values;
  }

  private static float[] uniform(Parameter parameter, long seed, int number) {
    float[] values = new float[parameter.size()];
    if (parameter.bound() > 0) {
      CounterRandom random = new CounterRandom(seed, CounterRandom.Stream.INITIAL_WEIGHTS, number);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextSymmetric() * parameter.bound());
      }
    }
    return values;
  }

  /** Glorot-uniform witness weights, for a witness that is seeded anew. */
  static float[] witnessWeights(NetworkSpec spec, CounterRandom random) {
    float[] weights = new float[spec.latent() * spec.components()];
    double bound = glorot(spec.latent(), spec.components());
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextSymmetric() * bound);
    }
    return weights;
  }
}
