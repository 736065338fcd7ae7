package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal, word by word. */
class CertifierRefusalTest {
  private static final double[][] GOOD = {{0.9, 0.1}, {0.1, 0.9}, {0.5, 0.5}};
  private static final CertificateSettings SETTINGS = CertificateSettings.defaults().withThreads(1);

  @Test
  void shapes() {
    assertRefused(
        "teacher has 3 rows of 2 columns, witness has 2 of 2: expected the same inputs, in the same"
            + " order",
        GOOD,
        new double[][] {GOOD[0], GOOD[1]});
    assertRefused(
        "teacher has 1 rows of 3 columns, witness has 1 of 2: expected the same inputs, in the same"
            + " order",
        new double[][] {{0.5, 0.25, 0.25}},
        new double[][] {GOOD[0]});
    assertRefused("teacher has no rows: expected one per input", new double[0][], new double[0][]);
    assertRefused(
        "teacher has 1 columns: a distribution needs at least 2",
        new double[][] {{1}},
        new double[][] {{1}});
  }

  static Stream<Arguments> badEntries() {
    return Stream.of(
        Arguments.of(
            new double[] {Double.NaN, 0.5},
            "row 1, column 0 is NaN: expected a probability, 0 to 1 (log-probabilities must be"
                + " declared as such)"),
        Arguments.of(
            new double[] {1.5, -0.5},
            "row 1, column 1 is -0.5: expected a probability, 0 to 1 (log-probabilities must be"
                + " declared as such)"),
        Arguments.of(
            new double[] {0.5, 0.500002},
            "row 1 sums to 1.0000019999999998 (its largest entry is column 1, 0.500002): expected 1"
                + " within 1.0E-6; normalise the row, or check which way the table is scaled and"
                + " laid out"),
        Arguments.of(
            new double[] {Double.POSITIVE_INFINITY, 0.5},
            "row 1 sums to Infinity (its largest entry is column 0, Infinity): expected 1 within"
                + " 1.0E-6; normalise the row, or check which way the table is scaled and laid"
                + " out"),
        Arguments.of(
            new double[] {0, 0},
            "row 1 sums to 0.0 (its largest entry is column 0, 0.0): expected 1 within 1.0E-6;"
                + " normalise the row, or check which way the table is scaled and laid out"));
  }

  @ParameterizedTest
  @MethodSource("badEntries")
  void entriesAndRows(double[] row, String message) {
    double[][] bad = {GOOD[0], row, GOOD[2]};
    assertRefused("teacher: " + message, bad, GOOD);
    assertRefused("witness: " + message, GOOD, bad);
  }

  @Test
  void logProbabilities() {
    assertLogRefused(
        "witness: row 2, column 1 is NaN: expected a log-probability, −∞ to 0",
        new double[][] {{-1, Math.log1p(-Math.exp(-1))}, {0, -1000}, {-1, Double.NaN}});
    assertLogRefused(
        "witness: row 0 sums to 1.010050167084168 after exp (its largest entry is column 0, 0.01):"
            + " expected 1 within 1.0E-6; normalise the row, or check which way the table is scaled"
            + " and laid out",
        new double[][] {{0.01, Double.NEGATIVE_INFINITY}, {0, -1000}, {0, -1000}});
  }

  @Test
  void tablesBeyondTheProofOfTheRoundoffBound() {
    RowSource longTable =
        new RowSource() {
          @Override
          public long rows() {
            return Tables.MAX_ROWS + 1;
          }

          @Override
          public int columns() {
            return 2;
          }

          @Override
          public void read(long row, double[] into) {
            throw new AssertionError("nothing may be read");
          }
        };
    assertMessage(
        "teacher has 17179869185 rows of 2 columns, with 1 samples: at most 17179869184 rows, and"
            + " 16777216 columns times samples, are possible",
        () -> Certifier.certify(longTable, Witness.probabilities(longTable), SETTINGS));
  }

  @Test
  void samplesAreNamed() {
    double[][] witness = {GOOD[0], GOOD[1], GOOD[2], GOOD[0], {0.7, 0.7}, GOOD[2]};
    Witness table = Witness.probabilities(RowSources.of(witness)).withSamples(2);
    assertMessage(
        "witness: sample 1, row 1 sums to 1.4 (its largest entry is column 0, 0.7): expected 1"
            + " within 1.0E-6; normalise the row, or check which way the table is scaled and laid"
            + " out",
        () -> Certifier.certify(RowSources.of(GOOD), table, SETTINGS));
  }

  @Test
  void theFirstBadRowIsNamedAtAnyThreadCount() {
    double[][] teacher = RandomTables.constant(GOOD[0], 20_000);
    teacher[1] = GOOD[1];
    teacher[7_001] = new double[] {-1, 2};
    teacher[19_000] = new double[] {Double.NaN, 2};
    for (int threads : new int[] {1, 2, 3, 7}) {
      assertMessage(
          "teacher: row 7001, column 0 is -1.0: expected a probability, 0 to 1 (log-probabilities"
              + " must be declared as such)",
          () ->
              Certifier.certify(
                  RowSources.of(teacher),
                  Witness.probabilities(RowSources.of(teacher)),
                  SETTINGS.withThreads(threads)));
    }
  }

  @Test
  void constantTeacher() {
    assertRefused(
        "teacher is constant: its information is 0.0 nats, within rounding (1.7543734644348284E-15)"
            + " of 0, so that there is no boundary to certify",
        RandomTables.constant(GOOD[0], 3),
        GOOD);
    double[][] nearly = RandomTables.constant(GOOD[0], 3);
    nearly[1] = new double[] {0.9 - 1e-9, 0.1 + 1e-9};
    assertThrows(IllegalArgumentException.class, () -> RandomTables.certify(nearly, GOOD));
  }

  @Test
  void floors() {
    assertMessage(
        "teacher: row 0, column 1 is the probability 0.1, below the floor 0.2 that was"
            + " promised",
        () -> RandomTables.certify(GOOD, GOOD, SETTINGS.withFloors(0.2, 0.1)));
    assertMessage(
        "witness: row 0, column 1 is the probability 0.1, below the floor 0.2 that was"
            + " promised",
        () -> RandomTables.certify(GOOD, GOOD, SETTINGS.withFloors(0.1, 0.2)));
    assertMessage(
        "witness floor is 0.6, above 1/2: no distribution over 2 classes stays above that",
        () -> RandomTables.certify(GOOD, GOOD, SETTINGS.withFloors(0.1, 0.6)));
  }

  @Test
  void settings() {
    assertMessage(
        "safety margin is -0.1 nats, must be 0 or more", () -> SETTINGS.withSafetyMarginNats(-0.1));
    assertMessage(
        "safety margin is NaN nats, must be 0 or more",
        () -> SETTINGS.withSafetyMarginNats(Double.NaN));
    assertMessage(
        "confidence is 1.0, must be at least 0.5 and below 1", () -> SETTINGS.withConfidence(1));
    assertMessage(
        "confidence is 0.05, must be at least 0.5 and below 1",
        () -> SETTINGS.withConfidence(0.05));
    assertMessage("threads is 0, must be at least 1", () -> SETTINGS.withThreads(0));
    assertMessage(
        "teacher floor is 0.0, must be above 0 and at most 1/K", () -> SETTINGS.withFloors(0, 0.1));
    assertMessage(
        "witness floor is 1.5, must be above 0 and at most 1/K",
        () -> SETTINGS.withFloors(0.1, 1.5));
  }

  @Test
  void defaultsAreThoseOfTheMethod() {
    CertificateSettings defaults = CertificateSettings.defaults();
    assertEquals(0.05, defaults.safetyMarginNats());
    assertEquals(0.95, defaults.confidence());
    assertEquals(OptionalDouble.empty(), defaults.teacherFloor());
    assertEquals(OptionalDouble.empty(), defaults.witnessFloor());
    assertEquals(Runtime.getRuntime().availableProcessors(), defaults.threads());
  }

  @Test
  void witnessSamples() {
    RowSource three = RowSources.of(GOOD);
    assertMessage(
        "samples is 0, must be at least 1", () -> Witness.probabilities(three).withSamples(0));
    assertMessage(
        "witness has 3 rows, which 2 samples do not divide",
        () -> Witness.probabilities(three).withSamples(2));
  }

  @Test
  void arrays() {
    assertMessage(
        "row 1 has 3 columns, row 0 has 2: every row needs the same number",
        () -> RowSources.of(new double[][] {{1, 2}, {1, 2, 3}}));
    assertMessage("5 numbers cannot be rows of 2 columns", () -> RowSources.of(new double[5], 2));
    assertMessage("5 numbers cannot be rows of 0 columns", () -> RowSources.of(new float[5], 0));
  }

  private static void assertRefused(String message, double[][] teacher, double[][] witness) {
    assertMessage(message, () -> RandomTables.certify(teacher, witness));
  }

  private static void assertLogRefused(String message, double[][] logWitness) {
    assertMessage(
        message,
        () ->
            Certifier.certify(
                RowSources.of(GOOD),
                Witness.logProbabilities(RowSources.of(logWitness)),
                SETTINGS));
  }

  private static void assertMessage(String message, Runnable refused) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, refused::run).getMessage());
  }
}
