package dev.margrave.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExperimentIdTest {
  @Test
  void theTextIsReadBack() {
    for (String text : new String[] {"cifar100-small", "a.b_c~2", "0~17"}) {
      assertEquals(text, ExperimentId.parse(text).text());
    }
    assertEquals(new ExperimentId("a", 1), ExperimentId.parse("a"));
  }

  @Test
  void namesThatLeadElsewhereAreNoNames() {
    for (String name :
        new String[] {"", "..", "../a", "a/b", "-a", "a b", "a~2", "x".repeat(101)}) {
      assertFalse(ExperimentId.isName(name), name);
    }
    assertTrue(ExperimentId.isName("x".repeat(100)));
  }

  @Test
  void theRefusalSaysWhatIsWanted() {
    assertEquals(
        "experiment name '../a': 1 to 100 letters, digits, '.', '-' or '_' are wanted",
        assertThrows(IllegalArgumentException.class, () -> new ExperimentId("../a", 1))
            .getMessage());
    assertEquals(
        "generation 0: at least 1 is wanted",
        assertThrows(IllegalArgumentException.class, () -> new ExperimentId("a", 0)).getMessage());
  }
}
