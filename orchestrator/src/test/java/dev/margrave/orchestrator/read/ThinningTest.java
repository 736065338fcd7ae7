package dev.margrave.orchestrator.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThinningTest {
  private static final StageKey.ArmRun RUN = new StageKey.ArmRun(Arm.FULL, 0, 0);

  private static List<MarginRow> curve(int points, IntToDoubleFunction margin) {
    return IntStream.range(0, points)
        .mapToObj(
            i ->
                new MarginRow(
                    RUN, new MarginPoint(i + 1, i, 1, 100, margin.applyAsDouble(i), 0, 0.1, 3)))
        .toList();
  }

  @Test
  void aShortCurveIsLeftAsItIs() {
    List<MarginRow> curve = curve(100, i -> i);
    assertSame(curve, Thinning.of(curve, 100));
    assertEquals(List.of(), Thinning.of(List.of(), 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 10, 99, 500})
  void itKeepsTheEndsTheExtremesAndTheOrder(int points) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    List<MarginRow> curve = curve(10_000, i -> random.nextDouble(-3, 2));
    List<MarginRow> thinned = Thinning.of(curve, points);
    String what = "seed " + seed;
    assertTrue(thinned.size() <= points && thinned.size() >= points - 2, what);
    assertEquals(curve.get(0), thinned.get(0), what);
    assertEquals(curve.get(9_999), thinned.get(thinned.size() - 1), what);
    assertTrue(new HashSet<>(curve).containsAll(thinned), what);
    Comparator<MarginRow> byMargin = Comparator.comparing(row -> row.point().marginNats());
    assertTrue(thinned.contains(curve.stream().min(byMargin).orElseThrow()), what);
    assertTrue(thinned.contains(curve.stream().max(byMargin).orElseThrow()), what);
    for (int i = 1; i < thinned.size(); i++) {
      assertTrue(thinned.get(i - 1).point().step() < thinned.get(i).point().step(), what);
    }
  }

  @Test
  void oneDipOfTenThousandIsNotLost() {
    List<MarginRow> curve = curve(10_000, i -> i == 7_777 ? -0.01 : 0.4);
    assertTrue(Thinning.of(curve, 20).stream().anyMatch(row -> row.point().marginNats() == -0.01));
  }

  @Test
  void infinitiesAreThere() {
    List<MarginRow> curve = curve(1_000, i -> i == 500 ? Double.NEGATIVE_INFINITY : i);
    assertTrue(Thinning.of(curve, 20).contains(curve.get(500)));
  }

  @Test
  void fewerThanFourPointsAreNoCurve() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Thinning.of(List.of(), 3));
    assertEquals("points = 3: at least 4 are wanted", refused.getMessage());
  }
}
