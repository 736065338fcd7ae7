package dev.margrave.app.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void numbersAreWrittenForPeople() {
    assertEquals("1.105", Numbers.fixed(1.10501, 3));
    assertEquals("−0.372", Numbers.signed(-0.3721, 3));
    assertEquals("+0.000", Numbers.signed(-0.0001, 3));
    assertEquals("∞", Numbers.fixed(Double.POSITIVE_INFINITY, 3));
    assertEquals("−∞", Numbers.signed(Double.NEGATIVE_INFINITY, 3));
    assertEquals("-", Numbers.signed(Double.NaN, 3));
    assertEquals("12,345", Numbers.count(12_345));
    assertEquals("3.1e-14", Numbers.tiny(3.14e-14));
    assertEquals("42 s", Numbers.seconds(42.4));
    assertEquals("1 min 00 s", Numbers.seconds(59.7));
    assertEquals("2 h 07 min", Numbers.seconds(2 * 3600 + 7 * 60 + 5));
  }

  @Test
  void aWideTableIsSetTighter() {
    String wide = "x".repeat(49);
    assertEquals(
        "a" + " ".repeat(50) + "b",
        TextTable.of("a", "b").row(wide, wide).lines().get(0),
        "two apart: 49 + 2 + 49 fits");
    assertEquals(
        "a" + " ".repeat(50) + "b", TextTable.of("a", "b").row(wide + "x", wide).lines().get(0));
    assertEquals(
        "1 cells, but the table has 2 columns",
        assertThrows(IllegalArgumentException.class, () -> TextTable.of("a", "b").row("only one"))
            .getMessage());
  }

  @Test
  void textBreaksBetweenWords() {
    assertEquals(
        List.of("one two", "three", "incomprehensible"),
        Wrap.lines("one two three incomprehensible", 8));
  }
}
