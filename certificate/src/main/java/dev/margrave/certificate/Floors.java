package dev.margrave.certificate;

import java.util.OptionalDouble;

/**
 * What the settings promise of the smallest entry that either table can ever hold; 0 where nothing
 * is promised.
 */
record Floors(double teacher, double witness) {
  static final Floors NONE = new Floors(0, 0);

  /**
   * Both the check of a promise and the bound that rests on it lower the floor by this fraction: a
   * table that was rounded to single precision, with rows that may be off 1 by 10⁻⁶, holds entries
   * that much below it.
   */
  private static final double SLACK = 2e-6;

  /**
   * The floors that some settings promise for tables of {@code columns} classes.
   *
   * @throws IllegalArgumentException if one is above 1/K, which no smallest probability can be
   */
  static Floors of(CertificateSettings settings, int columns) {
    return new Floors(
        checked("teacher", settings.teacherFloor(), columns),
        checked("witness", settings.witnessFloor(), columns));
  }

  /** The smallest entry that keeps the promise of a floor. */
  static double lowest(double floor) {
    return floor * (1 - SLACK);
  }

  /** Whether both are promised, so that the margin of an input is bounded. */
  boolean bothPromised() {
    return teacher > 0 && witness > 0;
  }

  private static double checked(String role, OptionalDouble floor, int columns) {
    if (floor.isPresent() && floor.getAsDouble() > 1.0 / columns) {
      throw new IllegalArgumentException(
          "%s floor is %s, above 1/%d: no distribution over %d classes stays above that"
              .formatted(role, floor.getAsDouble(), columns, columns));
    }
    return floor.orElse(0);
  }
}
