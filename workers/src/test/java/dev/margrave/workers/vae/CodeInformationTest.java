package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CodeInformationTest {
  private static final int N = 200;

  @Test
  void aCodeThatDoesNotVaryTellsNothing() {
    // Every posterior is the prior; the closed form against one sample leaves a little noise.
    assertEquals(0, CodeInformation.nats(new float[N * 3], new float[N * 3], N, 3, 1), 0.15);
  }

  @Test
  void codesFarApartTellWhichImageItIs() {
    float[] mean = new float[N * 2];
    float[] logVariance = new float[N * 2];
    for (int i = 0; i < N; i++) {
      mean[2 * i] = 100 * i;
    }
    assertEquals(Math.log(N), CodeInformation.nats(mean, logVariance, N, 2, 1), 0.15);
  }

  @Test
  void twoGroupsTellOneBit() {
    float[] mean = new float[N];
    for (int i = 0; i < N; i++) {
      mean[i] = i % 2 == 0 ? -50 : 50;
    }
    assertEquals(Math.log(2), CodeInformation.nats(mean, new float[N], N, 1, 1), 0.15);
  }
}
