package dev.margrave.protocol.spec.loading;

import java.math.BigDecimal;

/** Numbers as text, one text for each value. */
final class Numbers {
  private static final int LONGEST_PLAIN = 12;

  private Numbers() {}

  /** The shortest digits that read back as the same double: {@code 0.001}, {@code 128}. */
  static String text(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    String plain = decimal.toPlainString();
    return plain.length() <= LONGEST_PLAIN ? plain : decimal.toString();
  }
}
