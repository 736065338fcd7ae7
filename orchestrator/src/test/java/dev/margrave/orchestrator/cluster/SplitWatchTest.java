package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Who of two ends. That it does is tested on real processes, in the module app. */
class SplitWatchTest {
  @Test
  void theLaterOneEnds() {
    assertTrue(SplitWatch.endsFor("margrave@10.0.0.1:25520#1", 2000, "margrave@10.0.0.2:1#2", 1));
    assertFalse(SplitWatch.endsFor("margrave@10.0.0.2:1#2", 1, "margrave@10.0.0.1:25520#1", 2000));
  }

  @Test
  void ofTwoOfTheSameAgeExactlyOneEnds() {
    String one = "margrave@10.0.0.1:25520#7";
    String other = "margrave@10.0.0.1:25521#8";
    assertEquals(
        1,
        (SplitWatch.endsFor(one, 5, other, 5) ? 1 : 0)
            + (SplitWatch.endsFor(other, 5, one, 5) ? 1 : 0));
  }
}
