package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CounterRandomTest {

  /** The known answers of Random123 1.14, file kat_vectors, lines "philox4x32 10". */
  @Test
  void agreesWithThePublishedVectors() {
    assertPhilox(
        new int[] {0, 0, 0, 0}, 0, 0, new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    assertPhilox(
        new int[] {-1, -1, -1, -1},
        -1,
        -1,
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    assertPhilox(
        new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
        0xa4093822,
        0x299f31d0,
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  }

  private static void assertPhilox(int[] counter, int key0, int key1, int[] expected) {
    CounterRandom.philox(counter, key0, key1);
    assertArrayEquals(expected, counter);
  }

  @Test
  void numbersDependOnSeedStreamAndStepOnly() {
    float[] noise = gaussian(7, Stream.TRAINING_NOISE, 3, 1001);
    assertArrayEquals(noise, gaussian(7, Stream.TRAINING_NOISE, 3, 1001));
    assertArrayEquals(
        Arrays.copyOf(noise, 500), gaussian(7, Stream.TRAINING_NOISE, 3, 500), "a prefix");
    assertFalse(Arrays.equals(noise, gaussian(8, Stream.TRAINING_NOISE, 3, 1001)));
    assertFalse(Arrays.equals(noise, gaussian(7 + (1L << 32), Stream.TRAINING_NOISE, 3, 1001)));
    assertFalse(Arrays.equals(noise, gaussian(7, Stream.EVALUATION_NOISE, 3, 1001)));
    assertFalse(Arrays.equals(noise, gaussian(7, Stream.TRAINING_NOISE, 4, 1001)));
    assertFalse(Arrays.equals(noise, gaussian(7, Stream.TRAINING_NOISE, 3 + (1L << 32), 1001)));
  }

  @Test
  void normalsHaveTheMomentsOfANormal() {
    int n = 400_000;
    double[] moments = new double[5];
    for (float value : gaussian(1, Stream.TRAINING_NOISE, 1, n)) {
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(value, power) / n;
      }
    }
    // Five standard errors: 1, √2, √15 and √96 over √n.
    double unit = 5 / Math.sqrt(n);
    assertEquals(0, moments[1], unit);
    assertEquals(1, moments[2], unit * Math.sqrt(2));
    assertEquals(0, moments[3], unit * Math.sqrt(15));
    assertEquals(3, moments[4], unit * Math.sqrt(96));
  }

  @Test
  void permutationsArePermutationsAndUniform() {
    int[] counts = new int[6];
    int trials = 60_000;
    for (int epoch = 0; epoch < trials; epoch++) {
      int[] order = new CounterRandom(5, Stream.DATA_ORDER, epoch).permutation(3);
      int[] sorted = order.clone();
      Arrays.sort(sorted);
      assertArrayEquals(new int[] {0, 1, 2}, sorted);
      counts[order[0] * 2 + (order[1] > order[2] ? 1 : 0)]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += Math.pow(count - trials / 6.0, 2) / (trials / 6.0);
    }
    // The 1 − 10⁻⁴ quantile of χ² with 5 degrees of freedom.
    assertTrue(chiSquare < 25.7, "χ² = " + chiSquare + " " + Arrays.toString(counts));
  }

  @Test
  void symmetricNumbersStayInsideTheirOpenInterval() {
    CounterRandom random = new CounterRandom(9, Stream.INITIAL_WEIGHTS, 0);
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      double value = random.nextSymmetric();
      assertTrue(value > -1 && value < 1 && value != 0);
      sum += value;
    }
    assertEquals(0, sum / 100_000, 5 / Math.sqrt(3 * 100_000));
  }

  @Test
  void aBoundBelowOneIsRefused() {
    CounterRandom random = new CounterRandom(1, Stream.DATA_ORDER, 0);
    assertEquals(
        "bound is 0; it must be at least 1",
        assertThrows(IllegalArgumentException.class, () -> random.nextInt(0)).getMessage());
  }

  private static float[] gaussian(long seed, Stream stream, long step, int n) {
    float[] out = new float[n];
    new CounterRandom(seed, stream, step).fillGaussian(out);
    return out;
  }
}
