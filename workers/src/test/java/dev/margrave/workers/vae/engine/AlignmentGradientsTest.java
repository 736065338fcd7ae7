package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AlignmentGradientsTest {

  private static final NetworkSpec SPEC = EngineFixture.tiny(Likelihood.BERNOULLI);
  private static final int N = 9;
  private static final int LATENT = SPEC.latent();
  private static final int K = SPEC.components();

  private final float[] codes = EngineFixture.codes(SPEC, N, 1);
  private final float[] teacher = EngineFixture.teacher(SPEC, N, 2);
  private final float[] weights = EngineFixture.codes(SPEC, K, 3);
  private final float[] bias = {0.3f, -0.2f, 0.9f};

  @Test
  void closedFormsAgreeWithFiniteDifferences() {
    AlignmentGradients gradients = AlignmentGradients.at(codes, teacher, N, weights, bias);
    double throughHead = 0;
    for (int i = 0; i < N; i++) {
      double square = 0;
      for (int d = 0; d < LATENT; d++) {
        square += Math.pow(N * difference(codes, i * LATENT + d), 2);
      }
      throughHead += Math.sqrt(square) / N;
    }
    double weightSquare = squareOfDifferences(weights);
    assertEquals(throughHead, gradients.throughHead(), 1e-4);
    assertEquals(Math.sqrt(weightSquare), gradients.weightsOnly(), 1e-4);
    assertEquals(
        Math.sqrt(weightSquare + squareOfDifferences(bias)), gradients.throughCode(), 1e-4);
  }

  private double squareOfDifferences(float[] variable) {
    double square = 0;
    for (int j = 0; j < variable.length; j++) {
      square += Math.pow(difference(variable, j), 2);
    }
    return square;
  }

  /** ∂L/∂variable[j]; the step is a power of two, so that it is exact in single precision. */
  private double difference(float[] variable, int j) {
    float value = variable[j];
    variable[j] = value + 0x1p-8f;
    double above = loss();
    double up = variable[j];
    variable[j] = value - 0x1p-8f;
    double below = loss();
    double down = variable[j];
    variable[j] = value;
    return (above - below) / (up - down);
  }

  private double loss() {
    double loss = 0;
    for (int i = 0; i < N; i++) {
      double[] logits = new double[K];
      double sum = 0;
      for (int k = 0; k < K; k++) {
        logits[k] = bias[k];
        for (int d = 0; d < LATENT; d++) {
          logits[k] += (double) codes[i * LATENT + d] * weights[d * K + k];
        }
        sum += Math.exp(logits[k]);
      }
      for (int k = 0; k < K; k++) {
        double probability = teacher[i * K + k];
        loss += probability * (Math.log(probability) - logits[k] + Math.log(sum)) / N;
      }
    }
    return loss;
  }

  @Test
  void aDeadHeadOnADeadCodeIsTheSaddle() {
    float[] mean = new float[K];
    for (int i = 0; i < N * K; i++) {
      mean[i % K] += teacher[i] / N;
    }
    float[] logMean = new float[K];
    for (int k = 0; k < K; k++) {
      logMean[k] = (float) Math.log(mean[k]);
    }
    AlignmentGradients saddle =
        AlignmentGradients.at(new float[N * LATENT], teacher, N, new float[LATENT * K], logMean);
    assertEquals(0, saddle.throughHead());
    assertEquals(0, saddle.weightsOnly());
    assertEquals(0, saddle.throughCode(), 1e-7);
    AlignmentGradients liveCode =
        AlignmentGradients.at(codes, teacher, N, new float[LATENT * K], logMean);
    assertEquals(0, liveCode.throughHead());
    assertTrue(liveCode.throughCode() > 0.01);
    AlignmentGradients liveHead =
        AlignmentGradients.at(new float[N * LATENT], teacher, N, weights, logMean);
    assertTrue(liveHead.throughHead() > 0.01);
  }

  @Test
  void lengthsThatDoNotFitAreRefused() {
    assertEquals(
        "codes [54], teacher [27], witness weights [18] and bias [3] do not fit n = 10: need"
            + " n·latent, n·K, latent·K and K values",
        assertThrows(
                IllegalArgumentException.class,
                () -> AlignmentGradients.at(codes, teacher, 10, weights, bias))
            .getMessage());
  }
}
