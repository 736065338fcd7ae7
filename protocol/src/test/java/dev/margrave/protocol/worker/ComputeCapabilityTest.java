package dev.margrave.protocol.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComputeCapabilityTest {
  @Test
  void numbersAreComparedAndNotTheirText() {
    assertTrue(ComputeCapability.satisfies("10.0", "9.0"));
    assertTrue(ComputeCapability.satisfies("8.6", "8.6"));
    assertFalse(ComputeCapability.satisfies("8.6", "8.9"));
    assertFalse(ComputeCapability.satisfies("9.0", "10.0"));
  }

  @Test
  void whatIsNotKnownSatisfiesNothingThatIsAsked() {
    assertFalse(ComputeCapability.satisfies("", "5.0"));
    assertTrue(ComputeCapability.satisfies("", ""));
  }

  @Test
  void onlyTwoNumbersAreOne() {
    assertEquals(Optional.empty(), ComputeCapability.parse("9"));
    assertEquals(Optional.empty(), ComputeCapability.parse("[N/A]"));
    assertEquals("12.0", ComputeCapability.parse("12.0").orElseThrow().toString());
  }
}
