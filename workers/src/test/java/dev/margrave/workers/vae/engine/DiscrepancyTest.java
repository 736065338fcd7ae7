package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DiscrepancyTest {
  private static final int LATENT = 5;
  private static final double CONSTANT = 2.0 * LATENT;

  /** The definition, in double. */
  static double direct(double[][] codes, double[][] prior, double constant) {
    int n = codes.length;
    double within = 0;
    double between = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i != j) {
          within += kernel(codes[i], codes[j], constant) + kernel(prior[i], prior[j], constant);
        }
        between += kernel(codes[i], prior[j], constant);
      }
    }
    return within / (n * (n - 1.0)) - 2 * between / ((double) n * n);
  }

  private static double kernel(double[] a, double[] b, double constant) {
    double square = 0;
    for (int d = 0; d < a.length; d++) {
      square += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return constant / (constant + square);
  }

  private static double[][] draws(int n, long seed, double shift) {
    float[] values = new float[n * LATENT];
    new CounterRandom(seed, Stream.PRIOR_SAMPLES, 0).fillGaussian(values);
    double[][] rows = new double[n][LATENT];
    for (int i = 0; i < values.length; i++) {
      rows[i / LATENT][i % LATENT] = values[i] + shift;
    }
    return rows;
  }

  /** By the graph, in batches of {@code batch} rows that are filled up with large numbers. */
  private static double graph(double[][] codes, double[][] prior, int batch) {
    SameDiff graph = SameDiff.create();
    var codesIn = graph.placeHolder("codes", DataType.DOUBLE, -1, LATENT);
    var priorIn = graph.placeHolder("prior", DataType.DOUBLE, -1, LATENT);
    var pairsIn = graph.placeHolder("pairs", DataType.DOUBLE, -1, -1);
    var crossIn = graph.placeHolder("cross", DataType.DOUBLE, -1, -1);
    String out = Discrepancy.of(graph, codesIn, priorIn, pairsIn, crossIn, CONSTANT).name();
    INDArray pairs = Nd4j.create(DataType.DOUBLE, batch, batch);
    INDArray cross = Nd4j.create(DataType.DOUBLE, batch, batch);
    Discrepancy.fillWeights(pairs, cross, codes.length);
    Map<String, INDArray> inputs =
        Map.of(
            "codes",
            padded(codes, batch),
            "prior",
            padded(prior, batch),
            "pairs",
            pairs,
            "cross",
            cross);
    return graph.output(inputs, out).get(out).getDouble(0);
  }

  private static INDArray padded(double[][] rows, int batch) {
    INDArray array = Nd4j.valueArrayOf(new long[] {batch, LATENT}, 7.0, DataType.DOUBLE);
    for (int i = 0; i < rows.length; i++) {
      for (int d = 0; d < LATENT; d++) {
        array.putScalar(i, d, rows[i][d]);
      }
    }
    return array;
  }

  @Test
  void theGraphComputesTheDefinition() {
    for (double shift : new double[] {0, 0.5, 30}) {
      double[][] codes = draws(20, 1, shift);
      double[][] prior = draws(20, 2, 0);
      double expected = direct(codes, prior, CONSTANT);
      assertEquals(expected, graph(codes, prior, 20), 1e-12, "shift " + shift);
      assertEquals(expected, graph(codes, prior, 27), 1e-12, "filled up, shift " + shift);
    }
  }

  @Test
  void thePriorHasNoneInTheMeanAndAShiftedOneHas() {
    double same = 0;
    double shifted = 0;
    int repeats = 50;
    for (int repeat = 0; repeat < repeats; repeat++) {
      double[][] prior = draws(64, 1000 + repeat, 0);
      same += graph(draws(64, repeat, 0), prior, 64) / repeats;
      shifted += graph(draws(64, repeat, 1), prior, 64) / repeats;
    }
    assertEquals(0, same, 0.002);
    assertTrue(shifted > 0.15, "shifted " + shifted);
  }

  @Test
  void oneRowHasNoPairs() {
    double[][] codes = draws(1, 1, 0);
    double[][] prior = draws(1, 2, 0);
    assertEquals(-2 * kernel(codes[0], prior[0], CONSTANT), graph(codes, prior, 3), 1e-12);
  }
}
