package dev.margrave.app.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosenessTest {
  private final Closeness closeness = new Closeness();

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "NaN, NaN",
    "-Infinity, -Infinity",
    "0.0, -0.0",
    "0.5, 0.5009",
    "0.5, 0.4991",
    "2000, 2001.9"
  })
  void isNearEnough(double anew, double recorded) {
    closeness.check(() -> "x", anew, recorded);
  }

  /** An infinity is near nothing but itself: it would swallow every number. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0.5011",
    "2000, 2003",
    "1, Infinity",
    "1, -Infinity",
    "Infinity, 1",
    "-Infinity, Infinity",
    "NaN, 1",
    "1, NaN"
  })
  void isNot(double anew, double recorded) {
    MismatchException refused =
        assertThrows(MismatchException.class, () -> closeness.check(() -> "x", anew, recorded));
    assertEquals("x: recomputed " + anew + ", recorded " + recorded, refused.getMessage());
  }

  @Test
  void saysHowMuchDiffersAndWhere() {
    closeness.check(() -> "a", 1, 1);
    assertEquals("1 numbers bit for bit", closeness.words());
    closeness.check(() -> "b", 1, 1.0001);
    closeness.check(() -> "c", 4000, 4001);
    closeness.check(() -> "d", 7, 7);
    assertEquals("2 of 4 numbers bit for bit, the others within 2.5e-04 (c)", closeness.words());
  }
}
