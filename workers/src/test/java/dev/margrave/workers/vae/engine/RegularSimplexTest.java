package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegularSimplexTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16, 64, 257})
  void theVerticesAreThoseOfARegularSimplex(int components) {
    RegularSimplex simplex = new RegularSimplex(components);
    assertEquals(components - 1, simplex.dimensions());
    for (int j = 0; j < components; j++) {
      for (int k = 0; k < components; k++) {
        double product = 0;
        for (int d = 0; d < simplex.dimensions(); d++) {
          product += simplex.vertex(j, d) * simplex.vertex(k, d);
        }
        assertEquals(j == k ? 1 : -1.0 / (components - 1), product, 1e-13, j + ", " + k);
      }
    }
    for (int d = 0; d < simplex.dimensions(); d++) {
      double sum = 0;
      for (int k = 0; k < components; k++) {
        sum += simplex.vertex(k, d);
      }
      assertEquals(0, sum, 1e-13, "centre, dimension " + d);
    }
  }

  /** Rows whose entries reach down to 10⁻⁹. */
  private static double[] rows(int n, int components, Random random) {
    double[] teacher = new double[n * components];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int k = 0; k < components; k++) {
        teacher[i * components + k] = Math.pow(10, -9 * random.nextDouble());
        sum += teacher[i * components + k];
      }
      for (int k = 0; k < components; k++) {
        teacher[i * components + k] /= sum;
      }
    }
    return teacher;
  }

  private static double[] softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    double[] row = Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).toArray();
    double sum = Arrays.stream(row).sum();
    return Arrays.stream(row).map(value -> value / sum).toArray();
  }

  /** KL(T_i ‖ softmax(⟨v, code⟩)). */
  private static double loss(RegularSimplex simplex, double[] teacher, int row, double[] code) {
    double[] logits = new double[simplex.components()];
    simplex.logits(code, logits);
    double[] witness = softmax(logits);
    double loss = 0;
    for (int k = 0; k < witness.length; k++) {
      double probability = teacher[row * witness.length + k];
      loss += probability * Math.log(probability / witness[k]);
    }
    return loss;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 32, 100})
  void everyRowOfFullSupportHasACodeWithoutLoss(int components) {
    long seed = new Random().nextLong();
    System.out.println("RegularSimplexTest seed " + seed);
    RegularSimplex simplex = new RegularSimplex(components);
    int n = 50;
    double[] teacher = rows(n, components, new Random(seed));
    double[] code = new double[simplex.dimensions()];
    double[] logits = new double[components];
    for (int i = 0; i < n; i++) {
      simplex.zeroLossCode(teacher, i, code);
      simplex.logits(code, logits);
      double[] witness = softmax(logits);
      double mean = 0;
      for (int k = 0; k < components; k++) {
        assertEquals(teacher[i * components + k], witness[k], 1e-13 * components);
        mean += Math.log(teacher[i * components + k]) / components;
      }
      assertEquals(0, loss(simplex, teacher, i, code), 1e-12);
      // ½‖z*‖² = (K−1)/(2K) of the squared centred log-odds.
      double centred = 0;
      for (int k = 0; k < components; k++) {
        centred += Math.pow(Math.log(teacher[i * components + k]) - mean, 2);
      }
      double energy = Arrays.stream(code).map(value -> 0.5 * value * value).sum();
      assertEquals((components - 1.0) / (2 * components) * centred, energy, 1e-12 * energy);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 32})
  void theEscapeForceIsTheGradientAtTheDeadCode(int components) {
    RegularSimplex simplex = new RegularSimplex(components);
    int n = 10;
    double[] teacher = rows(n, components, new Random(4));
    Arrays.fill(teacher, 0, components, 1.0 / components);
    assertEquals(0, simplex.escapeForce(teacher, 0), 1e-15, "no force to a uniform row");
    double step = 1e-5;
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (int d = 0; d < simplex.dimensions(); d++) {
        double[] code = new double[simplex.dimensions()];
        code[d] = step;
        double above = loss(simplex, teacher, i, code);
        code[d] = -step;
        double below = loss(simplex, teacher, i, code);
        square += Math.pow((above - below) / (2 * step), 2);
      }
      assertEquals(Math.sqrt(square), simplex.escapeForce(teacher, i), 1e-8);
      assertTrue(i == 0 || simplex.escapeForce(teacher, i) > 0.01);
    }
  }

  /** The guard's measurement at a dead code is the closed form. */
  @Test
  void theRescueGuardMeasuresTheEscapeForce() {
    int components = 5;
    int latent = 7;
    int n = 20;
    RegularSimplex simplex = new RegularSimplex(components);
    double[] teacher = rows(n, components, new Random(9));
    float[] single = new float[teacher.length];
    double force = 0;
    for (int i = 0; i < teacher.length; i++) {
      single[i] = (float) teacher[i];
    }
    for (int i = 0; i < n; i++) {
      force += simplex.escapeForce(teacher, i) / n;
    }
    AlignmentGradients gradients =
        AlignmentGradients.at(
            new float[n * latent], single, n, simplex.headWeights(latent), new float[components]);
    assertEquals(force, gradients.throughHead(), 1e-6);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertEquals("components is 1; it must be at least 2", message(() -> new RegularSimplex(1)));
    RegularSimplex simplex = new RegularSimplex(3);
    assertEquals(
        "a simplex witness of 3 components needs 2 dimensions of the code; there are 1",
        message(() -> simplex.headWeights(1)));
    assertEquals(
        "T[1][2] is 0.0; a code with that witness needs a probability above 0",
        message(
            () ->
                simplex.zeroLossCode(new double[] {0.2, 0.3, 0.5, 0.5, 0.5, 0}, 1, new double[2])));
  }

  private static String message(org.junit.jupiter.api.function.Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
