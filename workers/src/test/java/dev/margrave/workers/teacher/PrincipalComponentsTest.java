package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.random.IndexedRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {
  private static final int ROWS = 300;
  private static final int COLUMNS = 40;
  private static final int DIMENSIONS = 6;

  @Test
  void variancesAndDirectionsAreThoseOfTheCovarianceMatrixDecomposedDirectly() {
    ArrayRows rows = ArrayRows.grouped(ROWS, COLUMNS, 9, 2, 3);
    PrincipalComponents components = fit(rows, 64, 1);
    SymmetricEigen direct = SymmetricEigen.of(correlations(rows), COLUMNS);
    double[] directions = components.directions();
    double captured = 0;
    for (int j = 0; j < DIMENSIONS; j++) {
      assertEquals(
          direct.values()[j],
          components.summary().variances().get(j),
          1e-6 * direct.values()[j],
          "variance " + j);
      for (int k = 0; k < DIMENSIONS; k++) {
        double product = 0;
        for (int i = 0; i < COLUMNS; i++) {
          product += directions[i * DIMENSIONS + j] * direct.vectors()[k * COLUMNS + i];
        }
        captured += product * product;
      }
    }
    assertEquals(DIMENSIONS, captured, 1e-6, "both span the same subspace");
    assertEquals(COLUMNS, components.summary().totalVariance(), 1e-9);
    double share = Arrays.stream(direct.values(), 0, DIMENSIONS).sum() / COLUMNS;
    assertEquals(share, components.summary().explainedVarianceRatio(DIMENSIONS), 1e-6);
  }

  @Test
  void projectionsOfTheFittedRowsAreCentredWhiteAndUncorrelated() {
    ArrayRows rows = ArrayRows.grouped(ROWS, COLUMNS, 9, 2, 4);
    double[] projected = fit(rows, 64, 1).project(blocks(rows, 64));
    for (int a = 0; a < DIMENSIONS; a++) {
      double mean = 0;
      for (int i = 0; i < ROWS; i++) {
        mean += projected[i * DIMENSIONS + a] / ROWS;
      }
      assertEquals(0, mean, 1e-12);
      for (int b = 0; b < DIMENSIONS; b++) {
        double covariance = 0;
        for (int i = 0; i < ROWS; i++) {
          covariance += projected[i * DIMENSIONS + a] * projected[i * DIMENSIONS + b] / (ROWS - 1);
        }
        assertEquals(a == b ? 1 : 0, covariance, 1e-6);
      }
    }
  }

  @Test
  void theLargestEntryOfEveryDirectionIsPositiveWhateverTheSeed() {
    ArrayRows rows = ArrayRows.grouped(ROWS, COLUMNS, 9, 2, 5);
    double[] first = fit(rows, 64, 1).directions();
    double[] second = fit(rows, 64, 2).directions();
    for (int j = 0; j < DIMENSIONS; j++) {
      double largest = 0;
      for (int i = 0; i < COLUMNS; i++) {
        double entry = first[i * DIMENSIONS + j];
        largest = Math.abs(entry) > Math.abs(largest) ? entry : largest;
      }
      assertTrue(largest > 0, "direction " + j);
    }
    assertArrayEquals(first, second, 1e-3, "two sketches find the same directions");
  }

  @Test
  void theSizeOfBlocksChangesRoundingOnly() {
    ArrayRows rows = ArrayRows.grouped(ROWS, COLUMNS, 9, 2, 6);
    double[] whole = fit(rows, 1000, 1).project(blocks(rows, 1000));
    double[] inBlocks = fit(rows, 7, 1).project(blocks(rows, 7));
    assertArrayEquals(whole, inBlocks, 1e-9);
  }

  @Test
  void onlyTheChosenRowsAreFittedTo() {
    ArrayRows rows = ArrayRows.grouped(ROWS, COLUMNS, 9, 2, 7);
    ArrayRows changed = rows.with(1, 3, 1e6f);
    PcaSettings settings = new PcaSettings(10, 4, 1e-3, 64);
    double[] before =
        PrincipalComponents.fit(
                blocks(rows, 64), row -> row != 1, DIMENSIONS, settings, random(1), () -> {})
            .directions();
    double[] after =
        PrincipalComponents.fit(
                blocks(changed, 64), row -> row != 1, DIMENSIONS, settings, random(1), () -> {})
            .directions();
    assertArrayEquals(before, after);
  }

  @Test
  void aColumnThatNeverChangesHasNoPartInAnyDirection() {
    float[] values = new float[ROWS * COLUMNS];
    float[] read = new float[ROWS * COLUMNS];
    ArrayRows.grouped(ROWS, COLUMNS, 9, 2, 8).fill(0, ROWS, read);
    for (int i = 0; i < values.length; i++) {
      values[i] = i % COLUMNS == 5 ? 0.3f : read[i];
    }
    PrincipalComponents components = fit(new ArrayRows(values, COLUMNS), 64, 1);
    for (int j = 0; j < DIMENSIONS; j++) {
      assertEquals(0, components.directions()[5 * DIMENSIONS + j], 1e-12);
    }
    assertEquals(COLUMNS - 1, components.summary().totalVariance(), 1e-9);
  }

  @Test
  void imagesThatVaryInFewerDirectionsThanAskedForAreRefused() {
    float[] values = new float[ROWS * COLUMNS];
    IndexedRandom random = random(1);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        // Two factors, on even and on odd columns.
        values[i * COLUMNS + j] = (float) random.normal(2L * i + j % 2);
      }
    }
    TeacherSearchException refused =
        assertThrows(
            TeacherSearchException.class, () -> fit(new ArrayRows(values, COLUMNS), 64, 1));
    assertEquals(
        "The 300 images that a teacher would be fitted to vary in only 2 directions, fewer than the"
            + " 6 principal components asked for; ask for at most 2, or give more images.",
        refused.getMessage());
  }

  private static IndexedRandom random(long seed) {
    return IndexedRandom.along(seed, 2);
  }

  private static PixelBlocks blocks(ArrayRows rows, int blockRows) {
    return new PixelBlocks(rows, "training", blockRows, CancellationCheck.NEVER);
  }

  private static PrincipalComponents fit(ArrayRows rows, int blockRows, long seed) {
    return PrincipalComponents.fit(
        blocks(rows, blockRows),
        row -> true,
        DIMENSIONS,
        new PcaSettings(10, 12, 1e-3, blockRows),
        random(seed),
        () -> {});
  }

  /** The covariance of the standardised columns, by its definition. */
  private static double[] correlations(ArrayRows rows) {
    float[] values = new float[ROWS * COLUMNS];
    rows.fill(0, ROWS, values);
    double[] mean = new double[COLUMNS];
    double[] deviation = new double[COLUMNS];
    for (int j = 0; j < COLUMNS; j++) {
      for (int i = 0; i < ROWS; i++) {
        mean[j] += values[i * COLUMNS + j] / (double) ROWS;
      }
      for (int i = 0; i < ROWS; i++) {
        deviation[j] += Math.pow(values[i * COLUMNS + j] - mean[j], 2) / (ROWS - 1);
      }
      deviation[j] = Math.sqrt(deviation[j]);
    }
    double[] result = new double[COLUMNS * COLUMNS];
    for (int a = 0; a < COLUMNS; a++) {
      for (int b = 0; b < COLUMNS; b++) {
        for (int i = 0; i < ROWS; i++) {
          result[a * COLUMNS + b] +=
              (values[i * COLUMNS + a] - mean[a])
                  / deviation[a]
                  * ((values[i * COLUMNS + b] - mean[b]) / deviation[b])
                  / (ROWS - 1);
        }
      }
    }
    return result;
  }
}
