package dev.margrave.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.random.IndexedRandom;
import dev.margrave.workers.vae.engine.SoftmaxRegression;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What every engine computes beside a training; each engine's module runs it on its own. */
public class EngineTest {
  private final Engine engine = Engines.here();

  @Test
  public void theEngineOfThisClassPathIsFound() {
    assertEquals("nd4j", engine.name());
  }

  @Test
  void productsAgreeWithTheDefinitionForFullAndPartialBlocks() {
    int inner = 7;
    int outer = 5;
    int maxRows = 4;
    IndexedRandom random = IndexedRandom.along(1, 1);
    double[] x = new double[11 * inner];
    double[] v = new double[inner * outer];
    Arrays.setAll(x, random::normal);
    Arrays.setAll(v, i -> random.normal(1000 + i));
    double[] y = new double[11 * outer];
    double[] w;
    try (StreamedProducts products = engine.products(maxRows, inner, outer)) {
      // The first round leaves numbers behind that the second must not see.
      products.begin(x);
      products.forward(x, 3, new double[3 * outer]);
      products.backward(x, 3);
      products.begin(v);
      for (int from = 0; from < 11; from += maxRows) {
        int rows = Math.min(maxRows, 11 - from);
        double[] block = Arrays.copyOfRange(x, from * inner, (from + rows) * inner);
        double[] result = new double[rows * outer];
        products.forward(block, rows, result);
        System.arraycopy(result, 0, y, from * outer, result.length);
        products.backward(result, rows);
      }
      w = products.sum();
    }
    for (int i = 0; i < 11; i++) {
      for (int j = 0; j < outer; j++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          sum += x[i * inner + k] * v[k * outer + j];
        }
        assertEquals(sum, y[i * outer + j], 1e-13);
      }
    }
    for (int k = 0; k < inner; k++) {
      for (int j = 0; j < outer; j++) {
        double sum = 0;
        for (int i = 0; i < 11; i++) {
          sum += x[i * inner + k] * y[i * outer + j];
        }
        assertEquals(sum, w[k * outer + j], 1e-12);
      }
    }
  }

  /** With rows enough for a last batch that is not full. */
  @Test
  void aSoftmaxRegressionStandsWhereItsLossIsLevel() {
    int n = 700;
    int features = 3;
    int classes = 4;
    IndexedRandom random = IndexedRandom.along(3, 1);
    float[] x = new float[n * features];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal(i);
    }
    double[] truth = new double[features * classes];
    Arrays.setAll(truth, i -> random.normal(10_000 + i));
    float[] targets = new float[n * classes];
    for (int i = 0; i < n; i++) {
      double[] p = softmax(x, i, features, truth, new double[classes], classes);
      for (int k = 0; k < classes; k++) {
        targets[i * classes + k] = (float) p[k];
      }
    }
    SoftmaxRegression fit = engine.softmaxRegression(x, features, targets, classes);
    assertTrue(
        gradientNorm(fit, x, features, targets, classes) < 3e-3,
        () -> "gradient " + gradientNorm(fit, x, features, targets, classes));
    SoftmaxRegression again = engine.softmaxRegression(x, features, targets, classes);
    assertArrayEquals(fit.weights(), again.weights());
    assertArrayEquals(fit.bias(), again.bias());
  }

  /** Of the mean cross-entropy and the decay, over all rows. */
  private static double gradientNorm(
      SoftmaxRegression fit, float[] x, int features, float[] targets, int classes) {
    int n = x.length / features;
    double[] weights = doubles(fit.weights());
    double[] gradient = new double[features * classes];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = SoftmaxRegression.WEIGHT_DECAY * weights[i];
    }
    for (int i = 0; i < n; i++) {
      double[] p = softmax(x, i, features, weights, doubles(fit.bias()), classes);
      for (int d = 0; d < features; d++) {
        for (int k = 0; k < classes; k++) {
          gradient[d * classes + k] += x[i * features + d] * (p[k] - targets[i * classes + k]) / n;
        }
      }
    }
    return Math.sqrt(Arrays.stream(gradient).map(value -> value * value).sum());
  }

  private static double[] softmax(
      float[] x, int row, int features, double[] weights, double[] bias, int classes) {
    double[] p = new double[classes];
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      double logit = bias[k];
      for (int d = 0; d < features; d++) {
        logit += x[row * features + d] * weights[d * classes + k];
      }
      p[k] = Math.exp(logit);
      sum += p[k];
    }
    for (int k = 0; k < classes; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
