package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactReferenceTest {
  private static final BigDecimal TOLERANCE = new BigDecimal("1e-38");

  /** python: mpmath.mp.dps = 50; mpmath.log(mpmath.mpf(x)). */
  @ParameterizedTest
  @CsvSource({
    "2, 0.69314718055994530941723212145817656807550013436026",
    "0.5, -0.69314718055994530941723212145817656807550013436026",
    "10, 2.3025850929940456840179914546843642076011014886288",
    "1e-300, -690.77552789821370520539743640530926228033044658864",
    "1, 0"
  })
  void logarithmsHaveThirtyEightDigits(BigDecimal x, BigDecimal expected) {
    BigDecimal error = ExactReference.ln(x).subtract(expected).abs();
    assertTrue(error.compareTo(TOLERANCE) < 0, () -> "off by " + error);
  }

  @Test
  void exponentialInvertsTheLogarithm() {
    BigDecimal x = new BigDecimal("0.0123456789");
    BigDecimal error = ExactReference.exp(ExactReference.ln(x)).subtract(x).abs();
    assertTrue(error.compareTo(TOLERANCE) < 0, () -> "off by " + error);
  }
}
