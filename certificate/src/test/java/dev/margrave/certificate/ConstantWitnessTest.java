package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * No constant witness is ever certified: the one thing that must never happen. The constants lie
 * anywhere from 1 to 10⁻¹⁶, relative, from T̄, or on it; some are scaled row by row within what is
 * renormalised.
 */
class ConstantWitnessTest {
  private static final int TRIALS = 100_000;

  @Test
  void noneIsCertifiedHoweverNearTheBestConstant() {
    SplittableRandom random = Seeds.random(ConstantWitnessTest.class);
    CertificateSettings settings =
        CertificateSettings.defaults().withSafetyMarginNats(0).withConfidence(0.5).withThreads(1);
    double largestMargin = Double.NEGATIVE_INFINITY;
    for (int trial = 0; trial < TRIALS; trial++) {
      int n = 2 + random.nextInt(12);
      int k = 2 + random.nextInt(4);
      double[][] teacher =
          RandomTables.distributions(random, n, k, Math.pow(10, 1 - 4 * random.nextDouble()));
      double[] near = RandomTables.mean(teacher);
      double distance = trial % 3 == 0 ? 0 : Math.pow(10, -16 * random.nextDouble());
      for (int column = 0; column < k; column++) {
        near[column] *= 1 + distance * (2 * random.nextDouble() - 1);
      }
      RandomTables.normalise(near);
      boolean logarithms = trial % 2 == 0;
      double[][] table = RandomTables.constant(near, n);
      boolean scaled = trial % 5 == 0;
      if (scaled) {
        for (double[] row : table) {
          double factor = 1 + 9e-7 * (2 * random.nextDouble() - 1);
          Arrays.setAll(row, column -> row[column] * factor);
        }
      }
      RowSource rows = RowSources.of(logarithms ? RandomTables.logarithms(table) : table);
      Certificate certificate =
          Certifier.certify(
              RowSources.of(teacher),
              logarithms ? Witness.logProbabilities(rows) : Witness.probabilities(rows),
              settings);
      assertEquals(Verdict.NEGATIVE, certificate.verdict(), certificate::toString);
      assertEquals(
          0, certificate.witnessInformationNats(), scaled ? 1e-15 : 0, certificate::toString);
      assertTrue(certificate.constant(), certificate::toString);
      largestMargin = Math.max(largestMargin, certificate.marginNats());
    }
    System.out.printf("largest computed margin of a constant: %s nats%n", largestMargin);
  }
}
