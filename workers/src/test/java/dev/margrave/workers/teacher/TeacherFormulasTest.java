package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.random.IndexedRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TeacherFormulasTest {
  private static final double LN2 = Math.log(2);

  @Test
  void temperatureDividesLogResponsibilitiesAndTheFloorIsMixedIn() {
    // r = (0.8, 0.2): at temperature 2 the odds are √4 = 2.
    double[] logs = {9, Math.log(0.8), Math.log(0.2), 9};
    double[] row = new double[3];
    new TeacherRows(2, 0.1).write(logs, 1, 2, row, 1);
    assertArrayEquals(new double[] {0, 0.9 * 2 / 3 + 0.05, 0.9 / 3 + 0.05}, row, 1e-15);
    new TeacherRows(1, 0.1).write(logs, 1, 2, row, 1);
    assertArrayEquals(new double[] {0, 0.9 * 0.8 + 0.05, 0.9 * 0.2 + 0.05}, row, 1e-15);
  }

  @Test
  void rowsAreDistributionsAboveTheFloorHoweverExtremeTheResponsibilities() {
    IndexedRandom random = IndexedRandom.along(1, 20);
    double[] logs = new double[32];
    double[] row = new double[32];
    for (int trial = 0; trial < 1000; trial++) {
      double size = Math.pow(10, 6 * random.uniform(trial) - 2);
      int from = 32 * trial;
      Arrays.setAll(logs, k -> size * random.normal(from + k));
      logs[3] = trial % 2 == 0 ? Double.NEGATIVE_INFINITY : logs[3];
      new TeacherRows(0.5 + 4 * random.uniform(trial + 5000), 0.01).write(logs, 0, 32, row, 0);
      assertEquals(1, Arrays.stream(row).sum(), 1e-14);
      assertTrue(Arrays.stream(row).allMatch(p -> p >= 0.01 / 32 && p < 1), "trial " + trial);
    }
  }

  @Test
  void statisticsOfASmallTableAreThoseComputedByHand() {
    // T̄ = (1/2, 1/2); H(T_i) = ¾ ln(4/3) + ¼ ln 4 = 2 ln 2 − ¾ ln 3 in both rows.
    TableStatistics statistics = new TableStatistics(2);
    statistics.add(new double[] {0.75, 0.25}, 0);
    statistics.add(new double[] {-1, 0.25, 0.75}, 1);
    assertEquals(0.75 * Math.log(3) - LN2, statistics.informationNats(), 1e-15);
    assertEquals(LN2, statistics.usageEntropyNats(), 1e-15);
    // ln T − mean = ±½ ln 3 in both columns.
    assertEquals(Math.pow(Math.log(3), 2) / 2, statistics.logOddsEnergy(), 1e-15);
  }

  @Test
  void statisticsAgreeWithTheirDefinitionsOnRandomTables() {
    int components = 9;
    int rows = 200;
    double[] table = new double[rows * components];
    IndexedRandom random = IndexedRandom.along(6, 21);
    TeacherRows teacher = new TeacherRows(1.5, 0.01);
    double[] logs = new double[components];
    TableStatistics statistics = new TableStatistics(components);
    for (int i = 0; i < rows; i++) {
      int from = i * components;
      Arrays.setAll(logs, k -> 3 * random.normal(from + k) + k / 3.0);
      teacher.write(logs, 0, components, table, from);
      statistics.add(table, from);
    }
    double[] mean = new double[components];
    for (int i = 0; i < table.length; i++) {
      mean[i % components] += table[i] / rows;
    }
    double information = 0;
    double energy = 0;
    for (int i = 0; i < rows; i++) {
      double meanLog = 0;
      for (int k = 0; k < components; k++) {
        double entry = table[i * components + k];
        information += entry * Math.log(entry / mean[k]) / rows;
        meanLog += Math.log(entry) / components;
      }
      for (int k = 0; k < components; k++) {
        energy += Math.pow(Math.log(table[i * components + k]) - meanLog, 2) / rows;
      }
    }
    assertEquals(information, statistics.informationNats(), 1e-13);
    assertEquals(energy, statistics.logOddsEnergy(), 1e-11);
    assertEquals(
        -Arrays.stream(mean).map(p -> p * Math.log(p)).sum(), statistics.usageEntropyNats(), 1e-13);
  }

  @Test
  void aConstantTableHasNoInformationAndAUniformOneNoEnergy() {
    TableStatistics constant = new TableStatistics(2);
    TableStatistics uniform = new TableStatistics(4);
    for (int i = 0; i < 7; i++) {
      constant.add(new double[] {0.9, 0.1}, 0);
      uniform.add(new double[] {0.25, 0.25, 0.25, 0.25}, 0);
    }
    assertEquals(0, constant.informationNats(), 1e-15);
    assertEquals(0, uniform.informationNats(), 1e-15);
    assertEquals(0, uniform.logOddsEnergy(), 1e-15);
    assertEquals(2 * LN2, uniform.usageEntropyNats(), 1e-15);
  }

  @Test
  void theScoreIsInformationLessItsThreePrices() {
    assertEquals(
        2 - 3 * 0.1 - 0.5 * 0.2 - 0.01 * 40, new ScoreWeights(3, 0.5, 0.01).score(2, 0.1, 0.2, 40));
    assertEquals(2, new ScoreWeights(0, 0, 0).score(2, 0.1, 0.2, 40));
  }

  @Test
  void settingsOutsideTheirDomainAreRefusedWithTheirNames() {
    assertRefused(
        () -> new ScoreWeights(-1, 0, 0),
        "The score weight mismatch is -1.0; give a finite number ≥ 0.");
    assertRefused(
        () -> new ScoreWeights(0, Double.NaN, 0),
        "The score weight usage is NaN; give a finite number ≥ 0.");
    assertRefused(
        () -> new ScoreWeights(0, 0, Double.POSITIVE_INFINITY),
        "The score weight code is Infinity; give a finite number ≥ 0.");
    assertRefused(
        () -> new PcaSettings(-1, 0, 1, 1), "oversampling is -1; give a whole number ≥ 0.");
    assertRefused(
        () -> new PcaSettings(0, -1, 1, 1), "powerIterations is -1; give a whole number ≥ 0.");
    assertRefused(
        () -> new PcaSettings(0, 0, 0, 1), "deviationFloor is 0.0; give a finite number > 0.");
    assertRefused(() -> new PcaSettings(0, 0, 1, 0), "blockRows is 0; give a whole number ≥ 1.");
    assertRefused(
        () -> new MixtureSettings(-1, 1, 0.1, 0.1),
        "lloydIterations is -1; give a whole number ≥ 0.");
    assertRefused(
        () -> new MixtureSettings(0, 0, 0.1, 0.1), "maxIterations is 0; give a whole number ≥ 1.");
    assertRefused(
        () -> new MixtureSettings(0, 1, 1, 0.1),
        "relativeTolerance is 1.0; give a number in (0, 1).");
    assertRefused(
        () -> new MixtureSettings(0, 1, 0.1, 0),
        "covarianceFloor is 0.0; give a number in (0, 1).");
  }

  static void assertRefused(Runnable action, String message) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, action::run);
    assertEquals(message, refused.getMessage());
  }
}
