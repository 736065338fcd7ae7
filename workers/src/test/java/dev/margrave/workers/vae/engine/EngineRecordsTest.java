package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EngineRecordsTest {

  @Test
  void aNetworkThatCannotBeBuiltIsRefusedWithTheMend() {
    assertEquals(
        "images of 28 x 32 pixels cannot be halved 3 times: height and width must be divisible by"
            + " 8; use fewer channels layers or other images",
        message(() -> spec(28, List.of(32, 64, 128), 128, 2, 128)));
    assertEquals(
        "channels has 0 layers; give 1 to 8, as in [32, 64, 128]",
        message(() -> spec(32, List.of(), 128, 2, 128)));
    assertEquals(
        "channels is 0; it must be at least 1", message(() -> spec(32, List.of(0), 128, 2, 128)));
    assertEquals(
        "latent is 1; it must be at least 2", message(() -> spec(32, List.of(8), 1, 2, 128)));
    assertEquals(
        "components is 1; it must be at least 2", message(() -> spec(32, List.of(8), 8, 1, 128)));
    assertEquals("batch is 1; it must be at least 2", message(() -> spec(32, List.of(8), 8, 2, 1)));
  }

  private static NetworkSpec spec(
      int height, List<Integer> channels, int latent, int components, int batch) {
    return new NetworkSpec(
        height, 32, 3, channels, latent, components, Likelihood.BERNOULLI, batch);
  }

  @Test
  void aBoundaryOfAnotherTeacherIsRefused() {
    NetworkSpec spec = EngineFixture.tiny(Likelihood.BERNOULLI);
    assertEquals(
        "logMeanTeacher has 4 entries for 3 components; it needs one each",
        message(() -> Parameters.initial(spec, new WitnessStart.Boundary(new float[4]), 1)));
  }

  @Test
  void theReferenceNetHasItsParameters() {
    NetworkSpec spec = spec(32, List.of(32, 64, 128), 128, 32, 128);
    int witness = 128 * 32 + 32;
    int parameters = Parameters.of(spec).stream().mapToInt(Parameters.Parameter::size).sum();
    int convolutions = 16 * (3 * 32 + 32 * 64 + 64 * 128);
    int dense = 3 * 2048 * 128 + 2 * 128 + 2048;
    assertEquals(2 * convolutions + (224 + 99) + dense + witness, parameters);
    for (Parameters.Parameter parameter : Parameters.of(spec)) {
      float[] values = Parameters.initial(spec, new WitnessStart.Random(), 1).get(parameter.name());
      double square = 0;
      for (float value : values) {
        square += (double) value * value / values.length;
      }
      // The variance of a uniform number on ±b is b²/3.
      double expected = parameter.bound() * parameter.bound() / 3;
      assertEquals(expected, square, 0.1 * expected, parameter.name());
    }
  }

  @Test
  void aTensorHoldsWhatItsShapeSays() {
    assertEquals(
        "a tensor of shape [2, 3] holds 6 values, not 5",
        message(() -> new NamedTensor(List.of(2, 3), new float[5])));
    NamedTensor zero = new NamedTensor(List.of(1), new float[] {0f});
    assertFalse(zero.equals(new NamedTensor(List.of(1), new float[] {-0f})));
    assertEquals(zero, new NamedTensor(List.of(1), new float[] {0f}));
    assertEquals(zero.hashCode(), new NamedTensor(List.of(1), new float[] {0f}).hashCode());
    assertEquals("NamedTensor[1]", zero.toString());
  }

  @Test
  void aFreshOptimiserKeepsTheWeights() {
    TreeMap<String, NamedTensor> tensors = new TreeMap<>();
    for (String kind : List.of(EngineState.WEIGHT, EngineState.ADAM_M, EngineState.ADAM_V)) {
      tensors.put(kind + "a", new NamedTensor(List.of(2), new float[] {1, 2}));
    }
    EngineState fresh = new EngineState(7, tensors).withFreshOptimiser();
    assertEquals(0, fresh.iteration());
    assertArrayEquals(new float[] {1, 2}, fresh.tensor("weight/a").values());
    assertArrayEquals(new float[2], fresh.tensor("adam-m/a").values());
    assertArrayEquals(new float[2], fresh.tensor("adam-v/a").values());
    assertEquals(
        "the engine state has no tensor weight/b; it has [adam-m/a, adam-v/a, weight/a]",
        message(() -> fresh.tensor("weight/b")));
    assertEquals(
        "iteration is -1; it cannot be negative", message(() -> new EngineState(-1, tensors)));
  }

  @Test
  void lossesAddUpAndTellWhenTheyAreNone() {
    StepLosses losses = new StepLosses(1, 10, 2, 3);
    assertEquals(10 + 0.5 * 2 + 4 * 3, losses.totalNats(0.5, 4));
    assertTrue(losses.isFinite());
    StepLosses infinite = new StepLosses(1, 10, 2, Double.POSITIVE_INFINITY);
    assertFalse(infinite.isFinite());
    assertEquals(12, infinite.totalNats(1, 0));
  }

  @Test
  void divergencePerDimensionIsTheClosedForm() {
    float[] mean = {0, 1, 2, -1};
    float[] logVariance = {0, (float) Math.log(4), 0, 0};
    double[] kl = GaussianKl.perDimension(mean, logVariance, 2, 2);
    assertEquals((0 + 2.0) / 2, kl[0], 1e-12);
    assertEquals((0.5 * (1 + 4 - 1 - Math.log(4)) + 0.5) / 2, kl[1], 1e-6);
    assertEquals(0.25e-8 * 0.25e-8 / 4, GaussianKl.of(0, 0.25e-8), 1e-24);
    assertEquals(
        "mean [4] and logVariance [4] do not hold n = 3 rows of latent = 2 values",
        message(() -> GaussianKl.perDimension(mean, logVariance, 3, 2)));
  }

  /** Reachability, without the code: the audit proper stands above the port. */
  @Test
  void theGraphShowsThatTheWitnessHangsOnTheCodeAlone() {
    NetworkSpec spec = EngineFixture.tiny(Likelihood.BERNOULLI);
    try (TrainingEngine engine = Nd4jTrainingEngine.create(spec, new WitnessStart.Random(), 1)) {
      GraphDescription graph = engine.graph();
      Set<String> all = ancestors(graph, graph.witness(), "");
      assertTrue(all.contains(graph.image()));
      assertTrue(all.contains(graph.noise()));
      assertFalse(all.contains(graph.teacher()));
      Set<String> withoutCode = ancestors(graph, graph.witness(), graph.code());
      assertEquals(
          Set.of(
              graph.witness(), graph.code(), "parameter.witness.weights", "parameter.witness.bias"),
          withoutCode);
      assertTrue(graph.parameters().containsAll(List.of("parameter.encoder.0.kernel")));
      assertEquals(Parameters.of(spec).size(), graph.parameters().size());
    }
  }

  /** What {@code variable} depends on, not looking beyond {@code cut}. */
  private static Set<String> ancestors(GraphDescription graph, String variable, String cut) {
    Set<String> found = new HashSet<>();
    Deque<String> waiting = new ArrayDeque<>(List.of(variable));
    while (!waiting.isEmpty()) {
      String next = waiting.poll();
      if (found.add(next) && !next.equals(cut)) {
        for (GraphDescription.Node node : graph.nodes()) {
          if (node.outputs().contains(next)) {
            waiting.addAll(node.inputs());
          }
        }
      }
    }
    return found;
  }

  private static String message(org.junit.jupiter.api.function.Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
