package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The certificate against arithmetic of 38 digits. */
class CertifierAccuracyTest {
  private static final CertificateSettings SETTINGS = CertificateSettings.defaults().withThreads(1);

  private final SplittableRandom random = Seeds.random(CertifierAccuracyTest.class);

  @Test
  void agreesWithTheReferenceToTwelveDigits() {
    for (int trial = 0; trial < 20; trial++) {
      int n = 5 + random.nextInt(30);
      int k = 2 + random.nextInt(9);
      double[][] teacher = RandomTables.distributions(random, n, k, 2);
      double[][] witness = RandomTables.noisy(random, teacher, 0.5);
      Certificate certificate = RandomTables.certify(teacher, witness);
      ExactReference exact = ExactReference.ofProbabilities(teacher, witness);
      assertAgrees(exact.teacherInformation, certificate.teacherInformationNats());
      assertAgrees(exact.alignmentLoss, certificate.alignmentLossNats());
      assertAgrees(exact.margin, certificate.marginNats());
      assertAgrees(exact.witnessInformation, certificate.witnessInformationNats());
    }
  }

  @Test
  void agreesForSamplesOfTheCode() {
    int n = 12;
    int samples = 3;
    double[][] teacher = RandomTables.distributions(random, n, 4, 2);
    double[][] witness = new double[samples * n][];
    for (int s = 0; s < samples; s++) {
      System.arraycopy(RandomTables.noisy(random, teacher, 0.5), 0, witness, s * n, n);
    }
    double[][] logWitness = RandomTables.logarithms(witness);
    Certificate certificate =
        Certifier.certify(
            RowSources.of(teacher),
            Witness.logProbabilities(RowSources.of(logWitness)).withSamples(samples),
            SETTINGS);
    ExactReference exact = ExactReference.ofLogProbabilities(teacher, logWitness);
    assertEquals(samples, certificate.samples());
    assertAgrees(exact.alignmentLoss, certificate.alignmentLossNats());
    assertAgrees(exact.margin, certificate.marginNats());
    assertAgrees(exact.witnessInformation, certificate.witnessInformationNats());
  }

  @Test
  void boundaryIdentityHoldsForRandomConstants() {
    for (int trial = 0; trial < 20; trial++) {
      int n = 2 + random.nextInt(20);
      int k = 2 + random.nextInt(6);
      double[][] teacher = RandomTables.distributions(random, n, k, 1.5);
      double[] constant = RandomTables.distributions(random, 1, k, 1.5)[0];
      Certificate certificate = RandomTables.certify(teacher, RandomTables.constant(constant, n));
      BigDecimal[][] exactTeacher = ExactReference.normalised(ExactReference.exact(teacher));
      BigDecimal[] mean = ExactReference.mean(exactTeacher);
      BigDecimal information = BigDecimal.ZERO;
      for (BigDecimal[] row : exactTeacher) {
        information = information.add(ExactReference.divergence(row, mean));
      }
      BigDecimal distance =
          ExactReference.divergence(
              mean, ExactReference.normalised(ExactReference.exact(new double[][] {constant}))[0]);
      BigDecimal boundary =
          information.divide(BigDecimal.valueOf(n), ExactReference.DIGITS).add(distance);
      assertAgrees(boundary, certificate.alignmentLossNats());
      double error = ExactReference.error(certificate.marginNats(), distance.negate());
      assertTrue(error <= certificate.roundoffBoundNats(), certificate::toString);
    }
  }

  /**
   * Tables that are hard on floating point: near the boundary, where all cancels; near one-hot;
   * entries below the normal range; single precision; rows off 1 by nearly all that is allowed.
   */
  @Test
  void roundoffBoundHoldsOnAdversarialTables() {
    double worst = 0;
    for (int trial = 0; trial < 240; trial++) {
      int n = 2 + random.nextInt(5);
      int k = 2 + random.nextInt(5);
      double[][] teacher = hard(RandomTables.distributions(random, n, k, 3), trial);
      double[][] witness =
          switch (trial % 4) {
            case 0 -> RandomTables.constant(RandomTables.mean(teacher), n);
            case 1 ->
                RandomTables.noisy(
                    random, RandomTables.constant(RandomTables.mean(teacher), n), 1e-9);
            case 2 -> teacher;
            default -> hard(RandomTables.distributions(random, n, k, 3), trial / 2);
          };
      for (double[] row : witness) {
        replaceZeros(row);
      }
      worst = Math.max(worst, errorOverBound(teacher, witness, trial % 3 == 0));
    }
    System.out.printf("largest error of the margin: %.3f of its bound%n", worst);
    assertTrue(worst > 0.001, "the bound is far too wide, or nothing was tested: " + worst);
  }

  /** Far log-probabilities, which have no probability in double. */
  @Test
  void roundoffBoundHoldsForDistantLogProbabilities() {
    for (int trial = 0; trial < 40; trial++) {
      double[][] teacher = RandomTables.distributions(random, 3, 3, 2);
      double[][] logWitness = RandomTables.logarithms(RandomTables.noisy(random, teacher, 1));
      for (double[] row : logWitness) {
        row[0] = -1e-7 * random.nextDouble();
        row[1] = -20 - 1900 * random.nextDouble();
        row[2] = -20 - 1900 * random.nextDouble();
      }
      assertTrue(errorOverBoundOfLogarithms(teacher, logWitness) <= 1);
    }
  }

  private double errorOverBound(double[][] teacher, double[][] witness, boolean logarithms) {
    if (logarithms) {
      return errorOverBoundOfLogarithms(teacher, RandomTables.logarithms(witness));
    }
    Certificate certificate = RandomTables.certify(teacher, witness);
    return checked(certificate, ExactReference.ofProbabilities(teacher, witness));
  }

  private static double errorOverBoundOfLogarithms(double[][] teacher, double[][] logWitness) {
    Certificate certificate =
        Certifier.certify(
            RowSources.of(teacher), Witness.logProbabilities(RowSources.of(logWitness)), SETTINGS);
    return checked(certificate, ExactReference.ofLogProbabilities(teacher, logWitness));
  }

  private static double checked(Certificate certificate, ExactReference exact) {
    double error = ExactReference.error(certificate.marginNats(), exact.margin);
    double bound = certificate.roundoffBoundNats();
    assertTrue(error <= bound, () -> "error %s, bound %s: %s".formatted(error, bound, certificate));
    return error / bound;
  }

  private double[][] hard(double[][] table, int trial) {
    for (int i = 0; i < table.length; i++) {
      double[] row = table[i];
      switch (trial % 5) {
        case 0 -> Arrays.setAll(row, k -> (float) row[k]);
        case 1 -> {
          Arrays.fill(row, Math.pow(10, -7 - 313 * random.nextDouble()));
          row[i % row.length] = 1;
        }
        case 2 -> Arrays.setAll(row, k -> row[k] * (1 + 9.9e-7 * (2 * random.nextDouble() - 1)));
        case 3 -> {
          int small = i % row.length;
          row[(small + 1) % row.length] += row[small];
          row[small] = Double.MIN_VALUE * (1 + random.nextInt(1000));
        }
        default -> {}
      }
    }
    return table;
  }

  private static void replaceZeros(double[] row) {
    Arrays.setAll(row, k -> row[k] == 0 ? Double.MIN_VALUE : row[k]);
  }

  private static void assertAgrees(BigDecimal exact, double computed) {
    double error = ExactReference.relativeError(computed, exact);
    assertTrue(
        error <= 1e-12, () -> "%s instead of %s: off by %s".formatted(computed, exact, error));
  }
}
