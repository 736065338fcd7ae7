package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The JDK's own port of the same algorithms is the reference. */
class ElementaryTest {
  private final SplittableRandom random = Seeds.random(ElementaryTest.class);

  @Test
  void logarithmsAreStrictMathsBitForBit() {
    for (double x :
        new double[] {
          0,
          -0.0,
          1,
          -1,
          2,
          Double.MIN_VALUE,
          Double.MIN_NORMAL,
          Double.MAX_VALUE,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.NaN,
          Math.nextDown(1.0)
        }) {
      assertSame(x, StrictMath::log, Elementary::log);
    }
    for (double edge :
        new double[] {
          Elementary.HALVED_FROM,
          Elementary.MIDDLE_FROM,
          Elementary.MIDDLE_TO,
          1 + Elementary.NEAR_ONE,
          1 - Elementary.NEAR_ONE,
          Double.MIN_NORMAL
        }) {
      for (int exponent = -3; exponent <= 3; exponent++) {
        assertSameAround(Math.scalb(edge, exponent), StrictMath::log, Elementary::log);
      }
    }
    for (int trial = 0; trial < 1_000_000; trial++) {
      assertSame(ofAnySize(), StrictMath::log, Elementary::log);
      assertSame(random.nextDouble(), StrictMath::log, Elementary::log);
      assertSame(nearOne(), StrictMath::log, Elementary::log);
    }
  }

  @Test
  void exponentialsAreStrictMathsBitForBit() {
    for (double x :
        new double[] {
          0,
          -0.0,
          1,
          -1,
          709.782712893384,
          709.7827128933841,
          -745.1332191019411,
          -745.1332191019412,
          -708.4,
          -709.1,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.NaN,
          Double.MIN_VALUE,
          -Double.MAX_VALUE
        }) {
      assertSameAround(x, StrictMath::exp, Elementary::exp);
    }
    for (int k = -1075; k <= 1024; k++) {
      assertSameAround(k * Math.log(2), StrictMath::exp, Elementary::exp);
      assertSameAround((k + 0.5) * Math.log(2), StrictMath::exp, Elementary::exp);
    }
    assertSameAround(Elementary.REDUCED_FROM, StrictMath::exp, Elementary::exp);
    assertSameAround(-Elementary.REDUCED_FROM, StrictMath::exp, Elementary::exp);
    assertSameAround(Elementary.TINY, StrictMath::exp, Elementary::exp);
    for (int trial = 0; trial < 1_000_000; trial++) {
      assertSame(1500 * (random.nextDouble() - 0.5), StrictMath::exp, Elementary::exp);
      assertSame(-5 * random.nextDouble(), StrictMath::exp, Elementary::exp);
      assertSame(ofAnySize(), StrictMath::exp, Elementary::exp);
      assertSame(nearOne() - 1, StrictMath::exp, Elementary::exp);
    }
  }

  /** Any bits, so any number, of either sign, NaN among them. */
  private double ofAnySize() {
    return Double.longBitsToDouble(random.nextLong());
  }

  private double nearOne() {
    return 1 + Math.scalb(random.nextDouble() - 0.5, -random.nextInt(50));
  }

  private static void assertSameAround(
      double x, DoubleUnaryOperator expected, DoubleUnaryOperator actual) {
    double down = x;
    double up = x;
    for (int step = 0; step < 20; step++) {
      assertSame(down, expected, actual);
      assertSame(up, expected, actual);
      down = Math.nextDown(down);
      up = Math.nextUp(up);
    }
  }

  private static void assertSame(
      double x, DoubleUnaryOperator expected, DoubleUnaryOperator actual) {
    assertEquals(
        Double.doubleToLongBits(expected.applyAsDouble(x)),
        Double.doubleToLongBits(actual.applyAsDouble(x)),
        () ->
            "of %s: expected %s, got %s"
                .formatted(x, expected.applyAsDouble(x), actual.applyAsDouble(x)));
  }
}
