package dev.margrave.certificate;

import java.util.OptionalDouble;

/**
 * How a certificate is to be computed.
 *
 * @param safetyMarginNats τ, in nats: how far beyond the boundary is safe; 0 or more
 * @param confidence 1 − α of the lower bounds, in [0.5, 1)
 * @param teacherFloor ε/K, below which no probability of the teacher can ever lie, on any input; in
 *     (0, 1/K]
 * @param witnessFloor f, below which no probability of the witness can ever lie, on any input; in
 *     (0, 1/K]
 * @param threads how many threads read rows; the result is bit-identical whatever their number
 */
public record CertificateSettings(
    double safetyMarginNats,
    double confidence,
    OptionalDouble teacherFloor,
    OptionalDouble witnessFloor,
    int threads) {

  /** The default of {@link #safetyMarginNats}. */
  public static final double DEFAULT_SAFETY_MARGIN_NATS = 0.05;

  /** The default of {@link #confidence}. */
  public static final double DEFAULT_CONFIDENCE = 0.95;

  /** Checks every domain, except that floors are compared with 1/K only when K is known. */
  public CertificateSettings {
    if (!(safetyMarginNats >= 0 && safetyMarginNats < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "safety margin is %s nats, must be 0 or more".formatted(safetyMarginNats));
    }
    if (!(confidence >= 0.5 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence is %s, must be at least 0.5 and below 1".formatted(confidence));
    }
    checkFloor("teacher", teacherFloor);
    checkFloor("witness", witnessFloor);
    if (threads < 1) {
      throw new IllegalArgumentException("threads is %d, must be at least 1".formatted(threads));
    }
  }

  /** τ = 0.05 nats, confidence 0.95, no floors, all processors. */
  public static CertificateSettings defaults() {
    return new CertificateSettings(
        DEFAULT_SAFETY_MARGIN_NATS,
        DEFAULT_CONFIDENCE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Runtime.getRuntime().availableProcessors());
  }

  /** With another safety margin τ, in nats. */
  public CertificateSettings withSafetyMarginNats(double newSafetyMarginNats) {
    return new CertificateSettings(
        newSafetyMarginNats, confidence, teacherFloor, witnessFloor, threads);
  }

  /** With another confidence 1 − α. */
  public CertificateSettings withConfidence(double newConfidence) {
    return new CertificateSettings(
        safetyMarginNats, newConfidence, teacherFloor, witnessFloor, threads);
  }

  /** With the two floors that the distribution-free bound needs. */
  public CertificateSettings withFloors(double newTeacherFloor, double newWitnessFloor) {
    return new CertificateSettings(
        safetyMarginNats,
        confidence,
        OptionalDouble.of(newTeacherFloor),
        OptionalDouble.of(newWitnessFloor),
        threads);
  }

  /** With another number of threads. */
  public CertificateSettings withThreads(int newThreads) {
    return new CertificateSettings(
        safetyMarginNats, confidence, teacherFloor, witnessFloor, newThreads);
  }

  private static void checkFloor(String table, OptionalDouble floor) {
    if (floor.isPresent() && !(floor.getAsDouble() > 0 && floor.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "%s floor is %s, must be above 0 and at most 1/K".formatted(table, floor.getAsDouble()));
    }
  }
}
