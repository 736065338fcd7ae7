package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Loss values and gradients against arithmetic that shares nothing with the engine. */
class GradientTest {

  private static final double BETA = 0.7;
  private static final double LAMBDA = 3.1;

  /** Every entry of every parameter, against central differences of the reference in double. */
  @ParameterizedTest
  @EnumSource(Likelihood.class)
  void gradientsInDoubleAgreeWithFiniteDifferences(Likelihood likelihood) {
    NetworkSpec spec = EngineFixture.tiny(likelihood);
    try (Nd4jTrainingEngine engine =
        new Nd4jTrainingEngine(spec, new WitnessStart.Random(), 11, DataType.DOUBLE)) {
      EngineFixture.train(engine, 50, 5, LAMBDA);
      // The reference starts from the snapshot's single precision: so must the engine.
      engine.restore(engine.snapshot());
      assertGradients(engine, 4, 2e-6);
    }
  }

  /** The alignment reaches the encoder through the fixed vertices, which have no gradient. */
  @ParameterizedTest
  @EnumSource(Likelihood.class)
  void gradientsUnderASimplexAgreeWithFiniteDifferences(Likelihood likelihood) {
    NetworkSpec spec = EngineFixture.simplex(EngineFixture.tiny(likelihood));
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      try (Nd4jTrainingEngine engine =
          new Nd4jTrainingEngine(spec, new WitnessStart.Fixed(), 21, type)) {
        EngineFixture.train(engine, 50, 5, LAMBDA);
        engine.restore(engine.snapshot());
        assertGradients(engine, 4, type == DataType.DOUBLE ? 2e-6 : 1e-4);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Likelihood.class)
  void gradientsInSinglePrecisionAgreeWithFiniteDifferences(Likelihood likelihood) {
    NetworkSpec spec = EngineFixture.tiny(likelihood);
    try (Nd4jTrainingEngine engine =
        new Nd4jTrainingEngine(spec, new WitnessStart.Random(), 12, DataType.FLOAT)) {
      EngineFixture.train(engine, 60, 5, LAMBDA);
      assertGradients(engine, 3, 1e-4);
    }
  }

  private static void assertGradients(
      Nd4jTrainingEngine engine, int count, double relativeTolerance) {
    NetworkSpec spec = engine.spec();
    Batch batch = EngineFixture.batch(spec, count, 3);
    Map<String, double[]> parameters = EngineFixture.doubles(engine.snapshot());
    ReferenceNetwork reference = new ReferenceNetwork(spec, parameters);
    Map<String, INDArray> gradients = engine.gradients(batch, BETA, LAMBDA);
    assertEquals(parameters.keySet(), gradients.keySet());
    double step = 1e-6;
    for (Map.Entry<String, double[]> entry : parameters.entrySet()) {
      double[] values = entry.getValue();
      INDArray gradient = gradients.get(entry.getKey());
      double largest = Math.max(gradient.amaxNumber().doubleValue(), 1e-3);
      assertTrue(gradient.amaxNumber().doubleValue() > 0, entry.getKey() + " has no gradient");
      for (int i = 0; i < values.length; i++) {
        double value = values[i];
        values[i] = value + step;
        double above = reference.mean(batch).total(BETA, LAMBDA);
        values[i] = value - step;
        double below = reference.mean(batch).total(BETA, LAMBDA);
        values[i] = value;
        assertEquals(
            (above - below) / (2 * step),
            gradient.data().getDouble(i),
            relativeTolerance * largest,
            entry.getKey() + "[" + i + "]");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Likelihood.class)
  void lossesAgreeWithTheReference(Likelihood likelihood) {
    NetworkSpec spec = EngineFixture.small(likelihood);
    try (TrainingEngine engine = Nd4jTrainingEngine.create(spec, new WitnessStart.Random(), 5)) {
      EngineFixture.train(engine, 70, 3, 2);
      for (int count : new int[] {16, 7, 1}) {
        Batch batch = EngineFixture.batch(spec, count, 80 + count);
        ReferenceNetwork.Losses expected =
            new ReferenceNetwork(spec, EngineFixture.doubles(engine.snapshot())).mean(batch);
        StepLosses losses = engine.step(batch, 1, 2, 1e-3);
        assertEquals(expected.reconstruction(), losses.reconstructionNats(), 1e-3);
        assertEquals(expected.kl(), losses.klNats(), 1e-5 * Math.max(1, expected.kl()));
        assertEquals(expected.alignment(), losses.alignmentNats(), 2e-6);
        assertEquals(expected.total(1, 2), losses.totalNats(1, 2), 1e-3);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Likelihood.class)
  void theSmallestNetworkThereIsHasTheRightGradients(Likelihood likelihood) {
    NetworkSpec spec = new NetworkSpec(2, 2, 1, List.of(1), 2, 2, likelihood, 2);
    try (Nd4jTrainingEngine engine =
        new Nd4jTrainingEngine(spec, new WitnessStart.Random(), 4, DataType.DOUBLE)) {
      TreeMap<String, NamedTensor> tensors = new TreeMap<>(engine.snapshot().tensors());
      tensors.replaceAll((name, tensor) -> positive(tensor));
      engine.restore(new EngineState(0, tensors));
      assertGradients(engine, 1, 2e-6);
      assertGradients(engine, 2, 2e-6);
    }
  }

  private static NamedTensor positive(NamedTensor tensor) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]) + 0.01f * (i % 3 + 1);
    }
    return new NamedTensor(tensor.shape(), values);
  }

  @Test
  void adamIsAdam() {
    NetworkSpec spec = EngineFixture.tiny(Likelihood.BERNOULLI);
    try (Nd4jTrainingEngine engine =
        new Nd4jTrainingEngine(spec, new WitnessStart.Random(), 13, DataType.DOUBLE)) {
      double[] weight = EngineFixture.doubles(engine.snapshot()).get("mean.weights");
      double[] first = new double[weight.length];
      double[] second = new double[weight.length];
      for (int t = 1; t <= 4; t++) {
        Batch batch = EngineFixture.batch(spec, 4, t);
        INDArray gradient = engine.gradients(batch, BETA, LAMBDA).get("mean.weights");
        double learningRate = 1e-2 / t;
        for (int i = 0; i < weight.length; i++) {
          double g = gradient.data().getDouble(i);
          first[i] = 0.9 * first[i] + 0.1 * g;
          second[i] = 0.999 * second[i] + 0.001 * g * g;
          weight[i] -=
              learningRate
                  * (Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t)))
                  * (first[i] / (Math.sqrt(second[i]) + 1e-8));
        }
        assertEquals(t, engine.step(batch, BETA, LAMBDA, learningRate).step());
        float[] actual = engine.snapshot().tensor("weight/mean.weights").values();
        for (int i = 0; i < weight.length; i++) {
          assertEquals(weight[i], actual[i], 1e-7, "step " + t + ", entry " + i);
        }
      }
    }
  }
}
