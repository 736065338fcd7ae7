package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalQuantileTest {
  /**
   * python: mpmath.mp.dps = 360; mpmath.findroot(lambda x: mpmath.ncdf(x) - float(p), start), one p
   * in each of the algorithm's regions, and at their seams.
   */
  @ParameterizedTest
  @CsvSource({
    "0.95, 1.644853626951472284276316",
    "0.975, 1.959963984540053855604431",
    "0.99, 2.326347874040840767637189",
    "0.999, 3.090232306167813277758202",
    "0.5000001, 0.0000002506628273311648301161888",
    "0.6, 0.2533471031357997413246887",
    "0.925, 1.43953147093845622906332",
    "0.9250000001, 1.439531471644893373302734",
    "0.074, -1.446632067158978509863427",
    "0.0749, -1.440238267527963663112402",
    "0.05, -1.644853626951472687952128",
    "0.001, -3.090232306167813535358005",
    "1e-10, -6.361340902404056199100397",
    "1.3887943864964e-11, -6.657904643501103806051656",
    "1.3e-11, -6.667611456510740834662219",
    "1e-12, -7.034483825301131932614176",
    "1e-50, -14.93333753478848898065821",
    "1e-300, -37.04709629936119923654704",
    "0.9999999999, 6.361340889697421864155442"
  })
  void agreesWithMpmath(double p, double expected) {
    assertEquals(expected, NormalQuantile.of(p), 1e-13 * Math.max(1, Math.abs(expected)));
  }

  @Test
  void isOddAboutOneHalf() {
    assertEquals(0, NormalQuantile.of(0.5));
    assertEquals(-NormalQuantile.of(0.25), NormalQuantile.of(0.75));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 1.1, Double.NaN})
  void refusesWhatIsNoOpenProbability(double p) {
    assertEquals(
        "p is " + p + ", must be above 0 and below 1",
        assertThrows(IllegalArgumentException.class, () -> NormalQuantile.of(p)).getMessage());
  }
}
