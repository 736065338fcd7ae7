package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SumsTest {
  private final SplittableRandom random = Seeds.random(SumsTest.class);

  @Test
  void compensatedSumKeepsWhatPlainSumsLose() {
    CompensatedSum sum = new CompensatedSum();
    sum.add(1);
    sum.add(1e100);
    sum.add(1);
    sum.add(-1e100);
    assertEquals(2, sum.value());
    sum.reset();
    assertEquals(0, sum.value());
  }

  @Test
  void compensatedSumIsAsAccurateAsItSays() {
    for (int trial = 0; trial < 200; trial++) {
      int count = 1 + random.nextInt(500);
      CompensatedSum sum = new CompensatedSum();
      CompensatedSum half = new CompensatedSum();
      BigDecimal exact = BigDecimal.ZERO;
      double magnitude = 0;
      for (int i = 0; i < count; i++) {
        double x = random.nextGaussian() * Math.pow(10, 20 * random.nextDouble());
        (i % 2 == 0 ? sum : half).add(x);
        exact = exact.add(new BigDecimal(x));
        magnitude += Math.abs(x);
      }
      sum.add(half);
      double unit = 0x1p-53;
      double allowed =
          unit * exact.abs().doubleValue() + Math.pow((count + 2) * unit, 2) * magnitude;
      double error = ExactReference.error(sum.value(), exact);
      assertTrue(error <= allowed, () -> "error %s, allowed %s".formatted(error, allowed));
    }
  }

  @Test
  void compensatedSumOverflowsToInfinity() {
    CompensatedSum sum = new CompensatedSum();
    sum.add(-1.7e308);
    sum.add(-1.7e308);
    sum.add(1);
    assertEquals(Double.NEGATIVE_INFINITY, sum.value());
  }

  @Test
  void columnsAreCompensatedSumsSideBySide() {
    CompensatedColumns columns = new CompensatedColumns(2);
    CompensatedColumns others = new CompensatedColumns(2);
    Kernel kernel = Kernels.create();
    // Two rows of two columns, each filled up to eight numbers.
    double[] rows = {1, 1e100, 0, 0, 0, 0, 0, 0, 1e100, 1, 0, 0, 0, 0, 0, 0};
    double[] otherRows = {-1e100, 5, 0, 0, 0, 0, 0, 0, 2, -1e100, 0, 0, 0, 0, 0, 0};
    for (int from : new int[] {0, 8}) {
      columns.add(kernel, rows, from);
      others.add(kernel, otherRows, from);
    }
    columns.add(kernel, others);
    assertArrayEquals(new double[] {3.0 / 4, 6.0 / 4, 0, 0, 0, 0, 0, 0}, columns.means(4));
  }

  @Test
  void momentsAreThoseOfTheWholeHoweverItIsCut() {
    int count = 1000;
    double[] values = random.doubles(count, 1e6, 1e6 + 1).toArray();
    double mean = 0;
    for (double value : values) {
      mean += (value - 1e6) / count;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - 1e6 - mean) * (value - 1e6 - mean);
    }
    double expected = Math.sqrt(squares / (count - 1) / count);
    Moments total = new Moments();
    Moments part = new Moments();
    for (double value : values) {
      part.add(value);
      if (random.nextInt(100) == 0) {
        total.add(part);
        part = new Moments();
      }
    }
    total.add(part);
    total.add(new Moments());
    assertEquals(expected, total.standardError(), 1e-9 * expected);
  }

  @Test
  void momentsOfOneNumberOrOfTooLargeOnesAreInfinite() {
    Moments one = new Moments();
    one.add(1);
    assertEquals(Double.POSITIVE_INFINITY, one.standardError());
    Moments large = new Moments();
    large.add(1e308);
    large.add(-1e308);
    assertEquals(Double.POSITIVE_INFINITY, large.standardError());
  }
}
