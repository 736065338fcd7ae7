package dev.margrave.app.verify;

import java.util.function.Supplier;

/**
 * How near numbers that were measured anew are to the recorded ones. The same bits come only from
 * the same native library, thread count and instruction set; else sums in single precision are
 * rounded otherwise. So {@value #TOLERANCE} of a number is allowed, of numbers below 1 as much in
 * absolute terms, everywhere: nothing that the doubted record says of its machine decides. What
 * differs is counted. Not for concurrent use.
 */
final class Closeness {
  /** Single precision has 6·10⁻⁸; a network of some layers loses three digits of it at worst. */
  static final double TOLERANCE = 1e-3;

  /** Of what was fitted anew: some images change sides. */
  static final double FITTED_TOLERANCE = 2e-2;

  private long numbers;
  private long differing;
  private double largest;
  private String place = "";

  /**
   * Compares a number.
   *
   * @param what in words
   * @throws MismatchException naming it, when it is too far off
   */
  void check(Supplier<String> what, double anew, double recorded) {
    check(what, anew, recorded, TOLERANCE);
  }

  /**
   * Compares a number with a tolerance of its own.
   *
   * @param tolerance of the number; of one below 1 as much in absolute terms
   */
  void check(Supplier<String> what, double anew, double recorded, double tolerance) {
    numbers++;
    if (anew == recorded || Double.compare(anew, recorded) == 0) {
      return;
    }
    // Of an infinity that is no number, and no number is within the tolerance.
    double off = Math.abs(anew - recorded) / Math.max(1, Math.abs(recorded));
    if (!(off <= tolerance)) {
      throw new MismatchException(
          "%s: recomputed %s, recorded %s".formatted(what.get(), anew, recorded));
    }
    differing++;
    if (off > largest) {
      largest = off;
      place = what.get();
    }
  }

  /** How they compare, for people. */
  String words() {
    return differing == 0
        ? "%,d numbers bit for bit".formatted(numbers)
        : "%,d of %,d numbers bit for bit, the others within %.1e (%s)"
            .formatted(numbers - differing, numbers, largest, place);
  }
}
