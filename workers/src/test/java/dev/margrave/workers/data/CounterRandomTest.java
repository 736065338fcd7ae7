package dev.margrave.workers.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  private static final long SELECTION_SEED = 0x73656c6563746564L;

  /** Golden: key(0, 0) and absorb(key(0, 0), 5) of content_hash.py among the resources. */
  @Test
  void givesTheDocumentedBits() {
    long key = CounterRandom.key(SELECTION_SEED, 0, 0);
    assertEquals(0x8d26143813bcab1fL, key);
    assertEquals(0xdf461d32a6e238d2L, CounterRandom.bits(key, 5));
  }

  @Test
  void drawsAreUniformAndUncorrelatedAcrossIndicesAndDraws() {
    int n = 200_000;
    double sum = 0;
    double acrossIndices = 0;
    double acrossDraws = 0;
    for (int i = 0; i < n; i++) {
      double here = CounterRandom.uniform(CounterRandom.key(1, 0, i), 0) - 0.5;
      sum += here;
      acrossIndices += here * (CounterRandom.uniform(CounterRandom.key(1, 0, i + 1), 0) - 0.5);
      acrossDraws += here * (CounterRandom.uniform(CounterRandom.key(1, 0, i), 1) - 0.5);
    }
    // Standard deviations: 1/sqrt(12 n) of the mean, 1/(12 sqrt(n)) of a product's mean.
    assertTrue(Math.abs(sum / n) < 5 / Math.sqrt(12.0 * n), "mean " + sum / n);
    assertTrue(Math.abs(acrossIndices / n) < 5 / (12 * Math.sqrt(n)), "lag " + acrossIndices / n);
    assertTrue(Math.abs(acrossDraws / n) < 5 / (12 * Math.sqrt(n)), "draws " + acrossDraws / n);
  }

  @Test
  void belowHitsEveryChoiceAsOften() {
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[CounterRandom.below(42, i, 7)]++;
    }
    // Standard deviation 93.
    for (int count : counts) {
      assertTrue(Math.abs(count - 10_000) < 470, () -> Arrays.toString(counts));
    }
  }
}
