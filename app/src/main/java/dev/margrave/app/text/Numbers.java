package dev.margrave.app.text;

import java.util.Locale;

/** Numbers as tables and messages show them; infinities as ∞. */
public final class Numbers {
  private Numbers() {}

  /** With that many decimals: {@code 1.105}. */
  public static String fixed(double value, int decimals) {
    if (Double.isNaN(value)) {
      return "-";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    boolean zero = text.chars().allMatch(digit -> "-0.".indexOf(digit) >= 0);
    return zero ? text.replace("-", "") : text.replace('-', '−');
  }

  /** The same with a sign in front: {@code +1.105}, {@code −0.372}. */
  public static String signed(double value, int decimals) {
    String text = fixed(value, decimals);
    return Double.isNaN(value) || text.startsWith("−") ? text : "+" + text;
  }

  /** With thousands apart: {@code 5,000}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Two significant digits: {@code 3.1e-14}. */
  public static String tiny(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  /** {@code 42 s}, {@code 3 min 05 s}, {@code 2 h 07 min}. */
  public static String seconds(double value) {
    long seconds = Math.round(value);
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
  }
}
