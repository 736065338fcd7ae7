package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must not change a certificate. */
class InvarianceTest {
  private final SplittableRandom random = Seeds.random(InvarianceTest.class);

  @Test
  void orderOfRowsAndClassesChangesTheMarginByRoundingOnly() {
    for (int trial = 0; trial < 50; trial++) {
      int n = 2 + random.nextInt(3000);
      int k = 2 + random.nextInt(10);
      double[][] teacher = RandomTables.distributions(random, n, k, 2);
      double[][] witness = RandomTables.noisy(random, teacher, 1);
      int[] rows = permutation(n);
      int[] classes = permutation(k);
      Certificate before = RandomTables.certify(teacher, witness);
      Certificate after =
          RandomTables.certify(permuted(teacher, rows, classes), permuted(witness, rows, classes));
      double rounding = before.roundoffBoundNats() + after.roundoffBoundNats();
      assertEquals(before.marginNats(), after.marginNats(), rounding);
      assertEquals(before.alignmentLossNats(), after.alignmentLossNats(), rounding);
      assertEquals(before.teacherInformationNats(), after.teacherInformationNats(), rounding);
      assertEquals(before.verdict(), after.verdict());
    }
  }

  @Test
  void bitsAreTheSameAtAnyThreadCount() {
    double[][] teacher = RandomTables.distributions(random, 20_011, 7, 2);
    double[][] witness = RandomTables.noisy(random, teacher, 1);
    CertificateSettings settings = CertificateSettings.defaults().withFloors(1e-9, 1e-9);
    Certificate alone = RandomTables.certify(teacher, witness, settings.withThreads(1));
    for (int threads : new int[] {2, 3, 7}) {
      // Records compare doubles bit by bit.
      assertEquals(alone, RandomTables.certify(teacher, witness, settings.withThreads(threads)));
    }
  }

  @Test
  void layoutInMemoryChangesNothing() {
    int n = 300;
    int k = 5;
    double[][] teacher = RandomTables.distributions(random, n, k, 2);
    double[][] witness = RandomTables.noisy(random, teacher, 1);
    double[] flat = new double[n * k];
    float[] single = new float[n * k];
    for (int i = 0; i < n * k; i++) {
      single[i] = (float) witness[i / k][i % k];
      witness[i / k][i % k] = single[i];
      flat[i] = single[i];
    }
    CertificateSettings settings = CertificateSettings.defaults();
    RowSource rows = RowSources.of(teacher);
    Certificate nested = RandomTables.certify(teacher, witness, settings);
    assertEquals(
        nested, Certifier.certify(rows, Witness.probabilities(RowSources.of(flat, k)), settings));
    assertEquals(
        nested, Certifier.certify(rows, Witness.probabilities(RowSources.of(single, k)), settings));
  }

  private static double[][] permuted(double[][] table, int[] rows, int[] classes) {
    double[][] permuted = new double[table.length][classes.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < classes.length; k++) {
        permuted[i][k] = table[rows[i]][classes[k]];
      }
    }
    return permuted;
  }

  private int[] permutation(int length) {
    int[] permutation = new int[length];
    for (int i = 0; i < length; i++) {
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
    return permutation;
  }
}
