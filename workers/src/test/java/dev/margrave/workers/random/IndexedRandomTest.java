package dev.margrave.workers.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IndexedRandomTest {
  private static final int DRAWS = 200_000;
  private static final long SELECTION_SEED = 0x73656c6563746564L;

  /** Golden: key(0, 0) and absorb(key(0, 0), 5) of data/content_hash.py among the resources. */
  @Test
  void givesTheBitsOfAnIndexOfAStream() {
    IndexedRandom random = IndexedRandom.of(SELECTION_SEED, 0, 0);
    assertEquals(0x8d26143813bcab1fL, random.key());
    assertEquals(0xdf461d32a6e238d2L, random.bits(5));
  }

  /**
   * Golden, with mix, absorb and GAMMA of data/content_hash.py: k = mix(7 + GAMMA), then k = mix(k
   * ^ mix(p + GAMMA)) for p = 1 and 2, all modulo 2⁶⁴.
   */
  @Test
  void givesTheBitsAlongAPath() {
    IndexedRandom random = IndexedRandom.along(7, 1, 2);
    assertEquals(0x3eb40b70734ed4fbL, random.key());
    assertEquals(0xb6191b67913e8449L, random.bits(5));
    assertEquals(0x63cbe1e459320dd7L, IndexedRandom.along(7).key());
  }

  @Test
  void theSameCoordinatesGiveTheSameNumberInAnyOrder() {
    IndexedRandom first = IndexedRandom.along(7, 1, 2);
    long fifth = first.bits(5);
    first.bits(0);
    assertEquals(fifth, first.bits(5));
    assertEquals(fifth, IndexedRandom.along(7, 1, 2).bits(5));
  }

  @Test
  void everyCoordinateChangesTheNumber() {
    long bits = IndexedRandom.along(7, 1).bits(5);
    assertNotEquals(bits, IndexedRandom.along(8, 1).bits(5));
    assertNotEquals(bits, IndexedRandom.along(7, 2).bits(5));
    assertNotEquals(bits, IndexedRandom.along(7, 1, 0).bits(5));
    assertNotEquals(bits, IndexedRandom.along(7, 1).bits(6));
    assertNotEquals(
        IndexedRandom.along(7, 1, 2).bits(0),
        IndexedRandom.along(7, 2, 1).bits(0),
        "the order of a path's parts counts");
    bits = IndexedRandom.of(7, 1, 3).bits(5);
    assertNotEquals(bits, IndexedRandom.of(8, 1, 3).bits(5));
    assertNotEquals(bits, IndexedRandom.of(7, 2, 3).bits(5));
    assertNotEquals(bits, IndexedRandom.of(7, 1, 4).bits(5));
    assertNotEquals(bits, IndexedRandom.of(7, 1, 3).bits(6));
    assertNotEquals(bits, IndexedRandom.of(7, 3, 1).bits(5));
  }

  @Test
  void uniformNumbersFillTheirIntervalEvenly() {
    IndexedRandom random = IndexedRandom.along(3, 9);
    int[] tenths = new int[10];
    for (int i = 0; i < DRAWS; i++) {
      tenths[(int) (10 * random.uniform(i))]++;
      double scaled = random.uniform(i, -2, 3);
      assertEquals(-2 + 5 * random.uniform(i), scaled);
    }
    for (int count : tenths) {
      // Five standard deviations of a binomial count.
      assertEquals(DRAWS / 10.0, count, 5 * Math.sqrt(DRAWS * 0.09));
    }
  }

  @Test
  void drawsAreUniformAndUncorrelatedAcrossIndicesAndDraws() {
    double sum = 0;
    double acrossIndices = 0;
    double acrossDraws = 0;
    for (int i = 0; i < DRAWS; i++) {
      IndexedRandom random = IndexedRandom.of(1, 0, i);
      double here = random.uniform(0) - 0.5;
      sum += here;
      acrossIndices += here * (IndexedRandom.of(1, 0, i + 1).uniform(0) - 0.5);
      acrossDraws += here * (random.uniform(1) - 0.5);
    }
    // Standard deviations: 1/sqrt(12 n) of the mean, 1/(12 sqrt(n)) of a product's mean.
    double error = 5 / (12 * Math.sqrt(DRAWS));
    assertTrue(Math.abs(sum / DRAWS) < 5 / Math.sqrt(12.0 * DRAWS), "mean " + sum / DRAWS);
    assertTrue(Math.abs(acrossIndices / DRAWS) < error, "lag " + acrossIndices / DRAWS);
    assertTrue(Math.abs(acrossDraws / DRAWS) < error, "draws " + acrossDraws / DRAWS);
  }

  @Test
  void belowHitsEveryChoiceAsOften() {
    IndexedRandom random = IndexedRandom.along(42);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.below(i, 7)]++;
    }
    // Standard deviation 93.
    for (int count : counts) {
      assertTrue(Math.abs(count - 10_000) < 470, () -> Arrays.toString(counts));
    }
  }

  @Test
  void normalNumbersHaveTheNormalMomentsAndPairsAreUncorrelated() {
    IndexedRandom random = IndexedRandom.along(11, 4);
    double[] moments = new double[5];
    double product = 0;
    for (int i = 0; i < DRAWS; i++) {
      double value = random.normal(i);
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(value, power) / DRAWS;
      }
      product += value * random.normal(i ^ 1) / DRAWS;
    }
    double error = 5 / Math.sqrt(DRAWS);
    assertEquals(0, moments[1], error);
    assertEquals(1, moments[2], error * Math.sqrt(2));
    assertEquals(0, moments[3], error * Math.sqrt(15));
    assertEquals(3, moments[4], error * Math.sqrt(96));
    assertTrue(Math.abs(product) < error * Math.sqrt(2), "correlation " + product);
  }
}
