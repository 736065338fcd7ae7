package dev.margrave.orchestrator.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static List<MarginPoint> curve(double... margins) {
    List<MarginPoint> points = new ArrayList<>();
    for (int i = 0; i < margins.length; i++) {
      points.add(new MarginPoint(78L * i, i, 1, 0, margins[i], margins[i], 0.01, 30));
    }
    return points;
  }

  @Test
  void aLineHasItsSlope() {
    Drift drift = Drift.of(curve(1.0, 0.75, 0.5)).orElseThrow();
    assertEquals(-0.25, drift.slopeNatsPerEpoch(), 1e-12);
    assertEquals(OptionalLong.empty(), drift.crossingStep());
  }

  @Test
  void theFirstPointAtTheBoundaryIsTheCrossing() {
    assertEquals(
        OptionalLong.of(156), Drift.of(curve(0.5, 0.1, 0, 0.2, -0.1)).orElseThrow().crossingStep());
  }

  /** {@code numpy.polyfit([0, 1, 2, 3], [1.9, 1.4, 1.3, 1.0], 1)[0] = -0.28}. */
  @Test
  void theSlopeIsTheLeastSquaresOne() {
    assertEquals(
        -0.28, Drift.of(curve(1.9, 1.4, 1.3, 1.0)).orElseThrow().slopeNatsPerEpoch(), 1e-12);
  }

  @Test
  void onePointDriftsNowhere() {
    assertEquals(Optional.empty(), Drift.of(curve(0.5)));
    assertEquals(Optional.empty(), Drift.of(List.of()));
  }
}
