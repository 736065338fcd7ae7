package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The kernel on vectors does bit for bit what the plain one does. The tests run with its module;
 * only a processor without vectors of 256 bits leaves these out.
 */
class KernelTest {
  private static final int LENGTH = 4096;

  private final SplittableRandom random = Seeds.random(KernelTest.class);
  private final Kernel plain = new PortableKernel();
  private final Kernel vectors = Kernels.create();

  @BeforeEach
  void hasVectors() {
    assertTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    assumeTrue(VectorKernel.possible(), "this processor has no vectors of 256 bits");
    assertInstanceOf(VectorKernel.class, vectors);
  }

  @Test
  void logarithms() {
    List<DoubleSupplier> kinds =
        List.of(
            random::nextDouble,
            () -> Math.exp(-740 * random.nextDouble()),
            () -> 1 + Math.scalb(random.nextDouble() - 0.5, -random.nextInt(50)),
            () -> Math.scalb(around(Elementary.MIDDLE_FROM), random.nextInt(9) - 8),
            () -> Math.scalb(around(Elementary.MIDDLE_TO), random.nextInt(9) - 8),
            () -> Math.scalb(around(Elementary.HALVED_FROM), random.nextInt(9) - 8),
            () -> around(1 + Elementary.NEAR_ONE),
            () -> around(1 - Elementary.NEAR_ONE),
            () -> random.nextInt(50) == 0 ? 0 : random.nextDouble(),
            () -> random.nextInt(50) == 0 ? Double.MIN_VALUE * random.nextInt(99) : 1,
            () -> Double.longBitsToDouble(random.nextLong()));
    for (DoubleSupplier kind : kinds) {
      for (double ofZero : new double[] {0, Double.NEGATIVE_INFINITY}) {
        double[] x = numbers(kind);
        double[] expected = new double[LENGTH];
        double[] actual = new double[LENGTH];
        assertEquals(
            plain.log(x, expected, LENGTH, ofZero), vectors.log(x, actual, LENGTH, ofZero));
        assertSame(expected, actual);
      }
    }
  }

  @Test
  void exponentials() {
    List<DoubleSupplier> kinds =
        List.of(
            () -> -5 * random.nextDouble(),
            () -> -760 * random.nextDouble(),
            () -> Math.scalb(random.nextDouble() - 0.9, -random.nextInt(50)),
            () -> around(-Elementary.REDUCED_FROM),
            () -> around(Elementary.REDUCED_FROM),
            () -> around(-Elementary.TINY),
            () -> around(-(random.nextInt(1000) + 0.5) * Math.log(2)),
            () -> random.nextInt(50) == 0 ? Double.NEGATIVE_INFINITY : -random.nextDouble(),
            () -> 1 - 2 * random.nextDouble(),
            () -> Double.longBitsToDouble(random.nextLong()));
    for (DoubleSupplier kind : kinds) {
      double[] x = numbers(kind);
      double[] expected = new double[LENGTH];
      double[] actual = new double[LENGTH];
      assertEquals(plain.exp(x, expected, LENGTH), vectors.exp(x, actual, LENGTH));
      assertSame(expected, actual);
    }
  }

  @Test
  void sums() {
    for (int trial = 0; trial < 500; trial++) {
      int length = Kernel.LANES * (1 + random.nextInt(60));
      int from = Kernel.LANES * random.nextInt(5);
      double[] x = numbers(() -> Math.scalb(random.nextDouble(), -random.nextInt(60)));
      assertSame(plain.sum(x, from, length), vectors.sum(x, from, length));
      x[from + random.nextInt(length)] = trial % 2 == 0 ? -Double.MIN_VALUE : Double.NaN;
      assertTrue(Double.isNaN(plain.sum(x, from, length)));
      assertTrue(Double.isNaN(vectors.sum(x, from, length)));
      x = numbers(() -> -0.0);
      assertSame(0, vectors.sum(x, from, length));
    }
  }

  @Test
  void rows() {
    for (int trial = 0; trial < 300; trial++) {
      int stride = Kernel.LANES * (1 + random.nextInt(20));
      int from = Kernel.LANES * random.nextInt(5);
      double[] t = numbers(() -> random.nextInt(9) == 0 ? 0 : random.nextDouble());
      double[] w = numbers(random::nextDouble);
      double[] logT = numbers(() -> -9 * random.nextDouble());
      double[] logW = numbers(() -> 1e-7 - 30 * random.nextDouble());
      double[] logMean = Arrays.copyOf(numbers(() -> -5 * random.nextDouble()), stride);
      TermSums expected = new TermSums();
      TermSums actual = new TermSums();
      double[][] columns = new double[4][stride];
      for (int row = 0; row < 4; row++) {
        plain.addTeacher(t, logT, from, logMean, expected);
        vectors.addTeacher(t, logT, from, logMean, actual);
        plain.addWitness(t, logT, from, w, logW, 0, logMean, expected);
        vectors.addWitness(t, logT, from, w, logW, 0, logMean, actual);
        plain.addTo(columns[0], columns[1], w, from);
        vectors.addTo(columns[2], columns[3], w, from);
        from += Kernel.LANES;
      }
      assertSame(expected.information, actual.information);
      assertSame(expected.loss, actual.loss);
      assertSame(expected.divergence, actual.divergence);
      assertSame(expected.rowMargin, actual.rowMargin);
      assertSame(expected.teacherMagnitude, actual.teacherMagnitude);
      assertSame(expected.magnitude, actual.magnitude);
      assertSame(columns[0], columns[2]);
      assertSame(columns[1], columns[3]);

      double[] other = w.clone();
      plain.divide(w, from, stride, 1.0000003);
      vectors.divide(other, from, stride, 1.0000003);
      plain.subtract(w, from, stride, 1e-7);
      vectors.subtract(other, from, stride, 1e-7);
      assertSame(w, other);
    }
  }

  private double around(double x) {
    return x + (random.nextInt(41) - 20) * Math.ulp(x);
  }

  private static double[] numbers(DoubleSupplier kind) {
    double[] x = new double[LENGTH];
    Arrays.setAll(x, i -> kind.getAsDouble());
    return x;
  }

  private static void assertSame(LaneSum expected, LaneSum actual) {
    assertSame(expected.sum, actual.sum);
    assertSame(expected.error, actual.error);
  }

  private static void assertSame(double[] expected, double[] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertSame(expected[i], actual[i]);
    }
  }

  private static void assertSame(double expected, double actual) {
    assertEquals(Double.doubleToLongBits(expected), Double.doubleToLongBits(actual));
  }
}
