package dev.margrave.protocol.spec.loading;

/**
 * The values that a number may take.
 *
 * @param low lower end
 * @param lowIncluded whether it belongs to the range
 * @param high upper end
 * @param highIncluded whether it belongs to the range
 */
record Range(double low, boolean lowIncluded, double high, boolean highIncluded) {
  /** Larger values are typos: they would overflow somewhere long before they finished. */
  private static final double LARGEST_COUNT = Integer.MAX_VALUE;

  static Range atLeast(long low) {
    return new Range(low, true, LARGEST_COUNT, true);
  }

  static Range between(double low, double high) {
    return new Range(low, true, high, true);
  }

  static Range strictlyBetween(double low, double high) {
    return new Range(low, false, high, false);
  }

  /** Every finite number above {@code low}. */
  static Range above(double low) {
    return new Range(low, false, Double.MAX_VALUE, true);
  }

  /** Every finite number from 0 on. */
  static Range notNegative() {
    return new Range(0, true, Double.MAX_VALUE, true);
  }

  boolean contains(double value) {
    return (lowIncluded ? value >= low : value > low)
        && (highIncluded ? value <= high : value < high);
  }

  /**
   * As it continues "a number …".
   *
   * @param value that lies outside; the largest count is named only to whom it concerns
   */
  String text(double value) {
    String lower = (lowIncluded ? "of at least " : "above ") + Numbers.text(low);
    boolean obvious = high == Double.MAX_VALUE || high == LARGEST_COUNT;
    if (obvious && !(value > high)) {
      return lower;
    }
    return lower + (highIncluded ? " and at most " : " and below ") + Numbers.text(high);
  }
}
