package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a certificate says of tables whose numbers can be worked out by hand, and of extremes. */
class CertifierTest {
  private static final double[][] ONE_HOT = {{1, 0}, {0, 1}, {1, 0}, {0, 1}};
  private static final CertificateSettings SETTINGS = CertificateSettings.defaults().withThreads(1);

  @Test
  void perfectWitnessOfAOneHotTeacherEarnsTheWholeInformation() {
    Certificate certificate = RandomTables.certify(ONE_HOT, ONE_HOT);
    assertEquals(4, certificate.n());
    assertEquals(2, certificate.k());
    assertEquals(1, certificate.samples());
    assertEquals(Math.log(2), certificate.teacherInformationNats());
    assertEquals(0, certificate.alignmentLossNats());
    assertEquals(Math.log(2), certificate.marginNats());
    assertEquals(0.05, certificate.safetyMarginNats());
    assertEquals(Math.log(2) - 0.05, certificate.safeMarginNats());
    assertEquals(Math.log(2), certificate.witnessInformationNats());
    assertEquals(0, certificate.standardErrorNats());
    assertEquals(Math.log(2), certificate.lowerBounds().asymptotic());
    assertEquals(OptionalDouble.empty(), certificate.lowerBounds().hoeffding());
    assertEquals(0.95, certificate.lowerBounds().confidence());
    assertEquals(Verdict.CERTIFIED, certificate.verdict());
    assertFalse(certificate.constant());
    assertTrue(certificate.roundoffBoundNats() > 0 && certificate.roundoffBoundNats() < 1e-14);
  }

  @Test
  void standardErrorIsThatOfTheInputsMargins() {
    double[][] witness = {{0.8, 0.2}, {0.4, 0.6}, {0.7, 0.3}, {0.3, 0.7}};
    double[] margins = {Math.log(1.6), Math.log(1.2), Math.log(1.4), Math.log(1.4)};
    double mean = (margins[0] + margins[1] + margins[2] + margins[3]) / 4;
    double squares = 0;
    for (double margin : margins) {
      squares += (margin - mean) * (margin - mean);
    }
    double standardError = Math.sqrt(squares / 3 / 4);
    Certificate certificate = RandomTables.certify(ONE_HOT, witness);
    assertEquals(mean, certificate.marginNats(), 1e-15);
    assertEquals(standardError, certificate.standardErrorNats(), 1e-15);
    // python: statistics.NormalDist().inv_cdf(0.95)
    assertEquals(
        mean - 1.6448536269514715 * standardError, certificate.lowerBounds().asymptotic(), 1e-14);

    List<Double> received = new ArrayList<>();
    Certifier.forEachRowMargin(
        RowSources.of(ONE_HOT),
        Witness.probabilities(RowSources.of(witness)),
        (input, margin) -> {
          assertEquals(received.size(), input);
          received.add(margin);
        });
    for (int i = 0; i < margins.length; i++) {
      assertEquals(margins[i], received.get(i), 1e-15);
    }
  }

  @Test
  void excludedClassMakesTheLossInfiniteAndTheVerdictNegativeWithoutNaN() {
    double[][] witness = {{1, 0}, {0, 1}, {0, 1}, {0, 1}};
    for (boolean logarithms : new boolean[] {false, true}) {
      RowSource rows = RowSources.of(logarithms ? RandomTables.logarithms(witness) : witness);
      Witness table = logarithms ? Witness.logProbabilities(rows) : Witness.probabilities(rows);
      Certificate certificate = Certifier.certify(RowSources.of(ONE_HOT), table, SETTINGS);
      assertEquals(Double.POSITIVE_INFINITY, certificate.alignmentLossNats());
      assertEquals(Double.NEGATIVE_INFINITY, certificate.marginNats());
      assertEquals(Double.NEGATIVE_INFINITY, certificate.safeMarginNats());
      assertEquals(Double.POSITIVE_INFINITY, certificate.standardErrorNats());
      assertEquals(Double.NEGATIVE_INFINITY, certificate.lowerBounds().asymptotic());
      assertEquals(Verdict.NEGATIVE, certificate.verdict());
      assertFalse(certificate.toString().contains("NaN"), certificate::toString);
      assertEquals(
          0.25 * Math.log(4) + 0.75 * Math.log(4.0 / 3),
          certificate.witnessInformationNats(),
          1e-15);
      List<Double> margins = new ArrayList<>();
      Certifier.forEachRowMargin(
          RowSources.of(ONE_HOT), table, (input, margin) -> margins.add(margin));
      assertEquals(Double.NEGATIVE_INFINITY, margins.get(2));
    }
  }

  @Test
  void oneExcludingSampleIsEnoughForAnInfiniteLoss() {
    double[][] witness = {{1, 0}, {1, 0}, {1, 0}, {0, 1}, {1, 0}, {0, 1}, {1, 0}, {0, 1}};
    Certificate certificate =
        Certifier.certify(
            RowSources.of(ONE_HOT),
            Witness.probabilities(RowSources.of(witness)).withSamples(2),
            SETTINGS);
    assertEquals(Double.NEGATIVE_INFINITY, certificate.marginNats());
    assertEquals(2, certificate.samples());
    assertEquals(4, certificate.n());
  }

  @Test
  void excludingAClassThatTheTeacherExcludesTooIsNoLoss() {
    double[][] teacher = {{0.5, 0.5, 0}, {0, 0.5, 0.5}};
    assertEquals(
        Double.NEGATIVE_INFINITY,
        RandomTables.certify(teacher, new double[][] {{0, 1, 0}, {0, 0.5, 0.5}}).marginNats());
    Certificate certificate = RandomTables.certify(teacher, teacher);
    assertEquals(0, certificate.alignmentLossNats());
    assertEquals(0.5 * Math.log(2), certificate.marginNats(), 1e-15);
  }

  @Test
  void hugeLogarithmsOverflowWithoutNaN() {
    double[][] logWitness = {{0, -1.7e308}, {-1.7e308, 0}, {-1.7e308, 0}, {0, -1.7e308}};
    Certificate certificate =
        Certifier.certify(
            RowSources.of(ONE_HOT), Witness.logProbabilities(RowSources.of(logWitness)), SETTINGS);
    assertEquals(Verdict.NEGATIVE, certificate.verdict());
    assertEquals(Double.NEGATIVE_INFINITY, certificate.marginNats());
    assertFalse(certificate.toString().contains("NaN"), certificate::toString);
  }

  @Test
  void marginBetweenTheBoundaryAndTheSafetyMarginIsInconclusive() {
    double[][] witness = {{0.51, 0.49}, {0.49, 0.51}, {0.51, 0.49}, {0.49, 0.51}};
    Certificate certificate = RandomTables.certify(ONE_HOT, witness);
    assertEquals(Math.log(1.02), certificate.marginNats(), 1e-15);
    assertEquals(Verdict.INCONCLUSIVE, certificate.verdict());
    assertEquals(
        Verdict.CERTIFIED,
        RandomTables.certify(ONE_HOT, witness, SETTINGS.withSafetyMarginNats(0.01)).verdict());
  }

  @Test
  void marginThatMayBeChanceIsInconclusive() {
    double[][] witness = {{0.99, 0.01}, {0.45, 0.55}, {0.4, 0.6}, {0.45, 0.55}};
    CertificateSettings unsafe = SETTINGS.withSafetyMarginNats(0);
    Certificate certificate = RandomTables.certify(ONE_HOT, witness, unsafe);
    assertTrue(certificate.safeMarginNats() > 0.1, certificate::toString);
    assertTrue(certificate.lowerBounds().asymptotic() < 0, certificate::toString);
    assertEquals(Verdict.INCONCLUSIVE, certificate.verdict());
  }

  @Test
  void verdictTurnsExactlyAtTheRoundoffBound() {
    LowerBounds certain = new LowerBounds(1, OptionalDouble.empty(), 0.95);
    LowerBounds uncertain = new LowerBounds(0, OptionalDouble.empty(), 0.95);
    double b = 1e-15;
    double above = Math.nextUp(b);
    assertEquals(Verdict.NEGATIVE, Verdict.of(b, b, b, certain));
    assertEquals(Verdict.CERTIFIED, Verdict.of(above, above, b, certain));
    assertEquals(Verdict.INCONCLUSIVE, Verdict.of(above, b, b, certain));
    assertEquals(Verdict.INCONCLUSIVE, Verdict.of(above, above, b, uncertain));
    assertEquals(Verdict.NEGATIVE, Verdict.of(Double.NaN, 1, b, certain));
  }

  @Test
  void witnessThatHardlyVariesIsConstantAndOneThatVariesAmissIsMisaligned() {
    double[][] still = {{0.501, 0.499}, {0.499, 0.501}, {0.499, 0.501}, {0.501, 0.499}};
    double[][] amiss = {{0.9, 0.1}, {0.9, 0.1}, {0.1, 0.9}, {0.1, 0.9}};
    Certificate constant = RandomTables.certify(ONE_HOT, still);
    Certificate misaligned = RandomTables.certify(ONE_HOT, amiss);
    assertEquals(Verdict.NEGATIVE, constant.verdict());
    assertEquals(Verdict.NEGATIVE, misaligned.verdict());
    assertEquals(2e-6, constant.witnessInformationNats(), 1e-10);
    assertEquals(NegativeKind.CONSTANT, NegativeKind.of(constant));
    assertEquals(NegativeKind.MISALIGNED, NegativeKind.of(misaligned));
  }

  @Test
  void hoeffdingBoundNeedsBothFloors() {
    double[][] teacher = {{0.9, 0.1}, {0.1, 0.9}};
    double[][] witness = {{0.8, 0.2}, {0.2, 0.8}};
    Certificate certificate = RandomTables.certify(teacher, witness, SETTINGS.withFloors(0.1, 0.2));
    double range = -Math.log(0.1) - Math.log(0.2);
    assertEquals(
        certificate.marginNats() - range * Math.sqrt(Math.log(20) / 4),
        certificate.lowerBounds().hoeffding().orElseThrow(),
        1e-5);
    CertificateSettings onlyTeacher =
        new CertificateSettings(0.05, 0.95, OptionalDouble.of(0.1), OptionalDouble.empty(), 1);
    assertEquals(
        OptionalDouble.empty(),
        RandomTables.certify(teacher, witness, onlyTeacher).lowerBounds().hoeffding());
  }

  @Test
  void classThatNoRowUsesChangesNothing() {
    double[][] teacher = {{0.9, 0.1, 0}, {0.2, 0.8, 0}};
    double[][] with = {{0.8, 0.1, 0.1}, {0.1, 0.8, 0.1}};
    Certificate certificate = RandomTables.certify(teacher, with);
    ExactReference exact =
        ExactReference.ofProbabilities(
            new double[][] {{0.9, 0.1}, {0.2, 0.8}}, new double[][] {{0.8, 0.1}, {0.1, 0.8}});
    // The reference renormalises its two classes by 0.9.
    assertEquals(exact.margin.doubleValue() + Math.log(0.9), certificate.marginNats(), 1e-15);
    ExactReference ofWitness = ExactReference.ofProbabilities(with, with);
    assertEquals(
        ofWitness.witnessInformation.doubleValue(), certificate.witnessInformationNats(), 1e-15);
  }

  @Test
  void rowsAreRenormalisedWithinTheTolerance() {
    double[][] teacher = {{0.9, 0.1}, {0.1, 0.9}};
    double[][] witness = {{0.8, 0.2}, {0.2, 0.8}};
    double[][] scaled = {{0.8 * (1 + 9e-7), 0.2 * (1 + 9e-7)}, {0.2, 0.8}};
    Certificate expected = RandomTables.certify(teacher, witness);
    assertEquals(
        expected.marginNats(),
        RandomTables.certify(teacher, scaled).marginNats(),
        expected.roundoffBoundNats());
    Certificate logarithms =
        Certifier.certify(
            RowSources.of(teacher),
            Witness.logProbabilities(RowSources.of(RandomTables.logarithms(scaled))),
            SETTINGS);
    assertEquals(expected.marginNats(), logarithms.marginNats(), 2 * expected.roundoffBoundNats());
  }

  @Test
  void samplesOfOneInputCountOnceForTheStandardError() {
    SplittableRandom random = Seeds.random(CertifierTest.class);
    double[][] teacher = RandomTables.distributions(random, 100, 3, 2);
    double[][] witness = RandomTables.noisy(random, teacher, 0.5);
    double[][] twice = new double[200][];
    System.arraycopy(witness, 0, twice, 0, 100);
    System.arraycopy(witness, 0, twice, 100, 100);
    Certificate once = RandomTables.certify(teacher, witness);
    Certificate repeated =
        Certifier.certify(
            RowSources.of(teacher),
            Witness.probabilities(RowSources.of(twice)).withSamples(2),
            SETTINGS);
    assertEquals(once.marginNats(), repeated.marginNats(), once.roundoffBoundNats());
    assertEquals(once.standardErrorNats(), repeated.standardErrorNats(), 1e-15);
    assertEquals(once.witnessInformationNats(), repeated.witnessInformationNats(), 1e-14);
  }
}
