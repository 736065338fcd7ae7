package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CounterRandomTest {
  private static final int DRAWS = 200_000;

  @Test
  void theSameCoordinatesGiveTheSameNumberInAnyOrder() {
    CounterRandom first = new CounterRandom(7, 1, 2);
    long fifth = first.bits(5);
    first.bits(0);
    assertEquals(fifth, first.bits(5));
    assertEquals(fifth, new CounterRandom(7, 1, 2).bits(5));
  }

  @Test
  void seedStreamAndCounterEachChangeTheNumber() {
    long bits = new CounterRandom(7, 1).bits(5);
    assertNotEquals(bits, new CounterRandom(8, 1).bits(5));
    assertNotEquals(bits, new CounterRandom(7, 2).bits(5));
    assertNotEquals(bits, new CounterRandom(7, 1, 0).bits(5));
    assertNotEquals(bits, new CounterRandom(7, 1).bits(6));
    assertNotEquals(
        new CounterRandom(7, 1, 2).bits(0),
        new CounterRandom(7, 2, 1).bits(0),
        "the order of a stream's parts counts");
  }

  @Test
  void uniformNumbersFillTheUnitIntervalEvenly() {
    CounterRandom random = new CounterRandom(3, 9);
    int[] tenths = new int[10];
    for (int i = 0; i < DRAWS; i++) {
      tenths[(int) (10 * random.uniform(i))]++;
    }
    for (int count : tenths) {
      // Five standard deviations of a binomial count.
      assertEquals(DRAWS / 10.0, count, 5 * Math.sqrt(DRAWS * 0.09));
    }
  }

  @Test
  void normalNumbersHaveTheNormalMomentsAndPairsAreUncorrelated() {
    CounterRandom random = new CounterRandom(11, 4);
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
