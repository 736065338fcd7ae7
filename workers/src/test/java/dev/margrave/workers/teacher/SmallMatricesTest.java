package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.random.IndexedRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallMatricesTest {

  @Test
  void eigenvaluesOfATwoByTwoMatrixAreThoseOfTheFormula() {
    SymmetricEigen eigen = SymmetricEigen.of(new double[] {2, 1, 1, 2}, 2);
    assertArrayEquals(new double[] {3, 1}, eigen.values(), 1e-15);
    assertEquals(eigen.vectors()[0], eigen.vectors()[1], 1e-15);
    assertEquals(eigen.vectors()[2], -eigen.vectors()[3], 1e-15);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 40})
  void eigenvectorsAreOrthonormalAndGiveTheMatrixBack(int n) {
    double[] matrix = positiveDefinite(n, 5);
    SymmetricEigen eigen = SymmetricEigen.of(matrix, n);
    double[] values = eigen.values();
    double[] vectors = eigen.vectors();
    for (int a = 0; a < n; a++) {
      assertTrue(a == 0 || values[a - 1] >= values[a], "values fall");
      for (int b = 0; b < n; b++) {
        double product = 0;
        double entry = 0;
        for (int i = 0; i < n; i++) {
          product += vectors[a * n + i] * vectors[b * n + i];
          entry += values[i] * vectors[i * n + a] * vectors[i * n + b];
        }
        assertEquals(a == b ? 1 : 0, product, 1e-13);
        assertEquals(matrix[a * n + b], entry, 1e-12 * values[0]);
      }
    }
  }

  @Test
  void aMatrixWithoutAnyEntryHasTheEigenvalueZero() {
    assertArrayEquals(new double[3], SymmetricEigen.of(new double[9], 3).values());
  }

  @Test
  void eigenvaluesOfNumbersThatAreNotFiniteAreRefused() {
    double[] matrix = {1, Double.NaN, Double.NaN, 1};
    ArithmeticException refused =
        assertThrows(ArithmeticException.class, () -> SymmetricEigen.of(matrix, 2));
    assertEquals("The eigenvalues of a symmetric 2×2 matrix were not found.", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 40})
  void choleskyGivesInverseAndDeterminant(int n) {
    double[] matrix = positiveDefinite(n, 8);
    Cholesky factor = Cholesky.ofOrNull(matrix, n, 0);
    assertNotNull(factor);
    double[] inverse = factor.inverse();
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        double product = 0;
        for (int i = 0; i < n; i++) {
          product += matrix[a * n + i] * inverse[i * n + b];
        }
        assertEquals(a == b ? 1 : 0, product, 1e-9);
      }
    }
    double logDeterminant =
        Arrays.stream(SymmetricEigen.of(matrix, n).values()).map(Math::log).sum();
    assertEquals(logDeterminant, factor.logDeterminant(), 1e-9);
  }

  @Test
  void choleskyTellsWhetherAllEigenvaluesAreAboveTheShift() {
    double[] matrix = {2, 1, 1, 2};
    assertNotNull(Cholesky.ofOrNull(matrix, 2, 0.999));
    assertNull(Cholesky.ofOrNull(matrix, 2, 1.001));
    assertNull(Cholesky.ofOrNull(new double[] {Double.NaN}, 1, 0));
  }

  private static double[] positiveDefinite(int n, long seed) {
    IndexedRandom random = IndexedRandom.along(seed, n);
    double[] factor = new double[n * n];
    Arrays.setAll(factor, random::normal);
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix[i * n + j] = i == j ? 0.1 : 0;
        for (int k = 0; k < n; k++) {
          matrix[i * n + j] += factor[i * n + k] * factor[j * n + k] / n;
        }
      }
    }
    return matrix;
  }
}
