package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.spec.TeacherSpec.Covariance;
import dev.margrave.workers.random.IndexedRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MixtureFitTest {
  private static final MixtureFit.Listener NOBODY = (iteration, mean) -> {};
  private static final double FLOOR = 1e-3;

  @ParameterizedTest
  @EnumSource(Covariance.class)
  void theLikelihoodNeverFallsOnRandomProblems(Covariance covariance) {
    for (int seed = 0; seed < 25; seed++) {
      IndexedRandom random = IndexedRandom.along(seed, 50);
      int d = 1 + (int) (6 * random.uniform(0));
      int components = 2 + (int) (7 * random.uniform(1));
      // Few points: components shrink onto the floor, and their covariances lose rank.
      int rows = components + (int) (900 * random.uniform(2) * random.uniform(3));
      Points points = grouped(rows, d, 1 + components / 2, 2 * random.uniform(4), seed);
      MixtureFit fit =
          fit(points, d, covariance, components, new MixtureSettings(2, 40, 1e-12, FLOOR), seed);
      List<Double> trace = fit.meanLogLikelihoods();
      for (int i = 1; i < trace.size(); i++) {
        double loss = trace.get(i - 1) - trace.get(i);
        assertTrue(
            loss <= 1e-11 * Math.max(1, Math.abs(trace.get(i))),
            "seed %d, d=%d, K=%d, n=%d: lost %s in iteration %d"
                .formatted(seed, d, components, rows, loss, i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Covariance.class)
  void aStepAgreesWithTheTextbookStep(Covariance covariance) {
    int d = 4;
    int components = 3;
    Points points = grouped(700, d, 5, 1.5, 21);
    // The limit of iterations ends each fit on the parameters that its last E-step saw.
    MixtureFit three = fit(points, d, covariance, components, limit(3), 9);
    MixtureFit four = fit(points, d, covariance, components, limit(4), 9);
    double[][] rows = rows(points);
    SlowMixture before = SlowMixture.of(three.mixture());
    SlowMixture expected = before.step(rows, covariance == Covariance.DIAGONAL);
    SlowMixture actual = SlowMixture.of(four.mixture());
    assertArrayEquals(expected.weights, actual.weights, 1e-12);
    for (int k = 0; k < components; k++) {
      assertArrayEquals(expected.means[k], actual.means[k], 1e-11);
      for (int i = 0; i < d; i++) {
        assertArrayEquals(expected.covariances[k][i], actual.covariances[k][i], 1e-11);
      }
    }
    double mean = Arrays.stream(rows).mapToDouble(before::logDensity).average().orElseThrow();
    assertEquals(mean, three.meanLogLikelihood(), 1e-11);
  }

  @ParameterizedTest
  @EnumSource(Covariance.class)
  void logResponsibilitiesAgreeWithBayesRule(Covariance covariance) {
    int components = 4;
    Points points = grouped(600, 3, 4, 2, 33);
    MixtureFit fit = fit(points, 3, covariance, components, limit(5), 2);
    SlowMixture slow = SlowMixture.of(fit.mixture());
    double[][] rows = rows(points);
    try (Responsibilities responsibilities =
        new Responsibilities(fit.mixture().features(), components)) {
      responsibilities.forEach(
          fit.mixture(),
          points,
          CancellationCheck.NEVER,
          (block, first, count) -> {
            for (int i = 0; i < count; i++) {
              double[] x = rows[first + i];
              for (int k = 0; k < components; k++) {
                double expected = slow.logJoint(x, k) - slow.logDensity(x);
                assertEquals(
                    expected, block[i * components + k], 1e-10 * Math.max(1, Math.abs(expected)));
              }
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Covariance.class)
  void knownGroupsAreFoundAgain(Covariance covariance) {
    int groups = 5;
    for (int seed = 0; seed < 5; seed++) {
      Points points = grouped(1500, 6, groups, 4, 70 + seed);
      MixtureFit fit = fit(points, 6, covariance, groups, MixtureSettings.DEFAULTS, seed);
      int[] truth = new int[points.rows()];
      Arrays.setAll(truth, i -> i % groups);
      double index = adjustedRandIndex(truth, mostLikely(fit.mixture(), points), groups);
      assertTrue(index > 0.95, "seed " + seed + ": adjusted Rand index " + index);
      assertTrue(fit.converged(), "seed " + seed + " converged");
      assertEquals(0, fit.idleComponents());
    }
  }

  @Test
  void theAdjustedRandIndexOfThisTestTellsGoodFromBad() {
    int[] truth = {0, 0, 0, 1, 1, 1};
    assertEquals(1, adjustedRandIndex(truth, new int[] {1, 1, 1, 0, 0, 0}, 2), 1e-15);
    // Hubert and Arabie: (4 − 14·… )/(…): pairs in cells 2, in rows 6, in columns 6, of 15.
    assertEquals(
        (2 - 6 * 6 / 15.0) / (6 - 6 * 6 / 15.0),
        adjustedRandIndex(truth, new int[] {0, 0, 1, 1, 1, 0}, 2),
        1e-15);
  }

  @Test
  void noVarianceInAnyDirectionFallsBelowTheFloor() {
    // 12 points in 3 dimensions and 4 components: a full covariance cannot have full rank.
    Points points = grouped(12, 3, 4, 5, 90);
    MixtureFit fit = fit(points, 3, Covariance.FULL, 4, new MixtureSettings(5, 30, 1e-9, 0.01), 1);
    boolean reached = false;
    for (int k = 0; k < 4; k++) {
      double smallest = SymmetricEigen.of(fit.mixture().covariance(k), 3).values()[2];
      assertTrue(smallest >= 0.01 * (1 - 1e-9), "component " + k + ": " + smallest);
      reached |= smallest < 0.01 * (1 + 1e-9);
    }
    assertTrue(reached, "the problem is hard enough to reach the floor");
  }

  @Test
  void aComponentThatExplainsNothingKeepsItsPlaceAndIsIdle() {
    QuadraticFeatures features = new QuadraticFeatures(1, Covariance.DIAGONAL);
    // Two points at −1 and 1 in component 0, one at 50 in component 1.
    GaussianMixture before =
        GaussianMixture.maximising(
            features, new double[] {2, 1}, new double[] {0, 50, 2, 2500.5}, FLOOR, null);
    GaussianMixture after =
        GaussianMixture.maximising(
            features, new double[] {2, 0}, new double[] {0, 0, 2, 0}, FLOOR, before);
    assertArrayEquals(new double[] {50}, after.mean(1));
    assertArrayEquals(before.covariance(1), after.covariance(1));
    assertEquals(GaussianMixture.LEAST_POINTS / 2, after.weight(1), 1e-15);
    assertArrayEquals(new double[] {0}, after.mean(0));
    assertArrayEquals(new double[] {1}, after.covariance(0), 1e-15);
    Points points = new Points(new double[] {-1, 1, -0.5, 0.5}, 1);
    MixtureFit fit =
        MixtureFit.of(
            points, features, 2, new int[] {0, 0, 0, 1}, limit(1), NOBODY, CancellationCheck.NEVER);
    assertEquals(1, fit.idleComponents(), "a component of less than one point is idle");
  }

  @Test
  void theListenerHearsEveryIterationAndCancellationEndsTheFit() {
    Points points = grouped(300, 2, 3, 1, 5);
    List<Integer> heard = new ArrayList<>();
    QuadraticFeatures features = new QuadraticFeatures(2, Covariance.DIAGONAL);
    int[] labels = labels(points, 2, 3, 1);
    MixtureFit.of(
        points,
        features,
        3,
        labels,
        limit(4),
        (iteration, mean) -> heard.add(iteration),
        CancellationCheck.NEVER);
    assertEquals(List.of(1, 2, 3, 4), heard);
    CancellationException cancelled =
        assertThrows(
            CancellationException.class,
            () -> MixtureFit.of(points, features, 3, labels, limit(100), NOBODY, () -> true));
    assertEquals("The teacher search was cancelled.", cancelled.getMessage());
  }

  @Test
  void aLikelihoodThatIsNotFiniteEndsTheFit() {
    Points points = new Points(new double[] {0, 1, 2, Double.NaN}, 1);
    QuadraticFeatures features = new QuadraticFeatures(1, Covariance.DIAGONAL);
    ArithmeticException refused =
        assertThrows(
            ArithmeticException.class,
            () ->
                MixtureFit.of(
                    points,
                    features,
                    2,
                    new int[] {0, 0, 1, 1},
                    limit(3),
                    NOBODY,
                    CancellationCheck.NEVER));
    assertEquals(
        "The mean log-likelihood of a mixture of 2 Gaussians became NaN.", refused.getMessage());
  }

  private static MixtureSettings limit(int iterations) {
    return new MixtureSettings(3, iterations, 1e-15, 1e-9);
  }

  private static Points grouped(int rows, int d, int groups, double spread, long seed) {
    float[] values = new float[rows * d];
    ArrayRows.grouped(rows, d, groups, spread, seed).fill(0, rows, values);
    double[] points = new double[values.length];
    Arrays.setAll(points, i -> values[i]);
    return new Points(points, d);
  }

  private static double[][] rows(Points points) {
    double[][] rows = new double[points.rows()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(points.values(), i * points.stride(), (i + 1) * points.stride());
    }
    return rows;
  }

  private static int[] labels(Points points, int d, int components, long seed) {
    double[] scale = new double[d];
    Arrays.fill(scale, 1);
    return KMeans.labels(
        points, scale, components, 3, IndexedRandom.along(seed, 3), CancellationCheck.NEVER);
  }

  private static MixtureFit fit(
      Points points,
      int d,
      Covariance covariance,
      int components,
      MixtureSettings settings,
      long seed) {
    return MixtureFit.of(
        points,
        new QuadraticFeatures(d, covariance),
        components,
        labels(points, d, components, seed),
        settings,
        NOBODY,
        CancellationCheck.NEVER);
  }

  private static int[] mostLikely(GaussianMixture mixture, Points points) {
    int components = mixture.components();
    int[] labels = new int[points.rows()];
    try (Responsibilities responsibilities = new Responsibilities(mixture.features(), components)) {
      responsibilities.forEach(
          mixture,
          points,
          CancellationCheck.NEVER,
          (block, first, count) -> {
            for (int i = 0; i < count; i++) {
              for (int k = 1; k < components; k++) {
                int best = i * components + labels[first + i];
                if (block[i * components + k] > block[best]) {
                  labels[first + i] = k;
                }
              }
            }
          });
    }
    return labels;
  }

  /** Hubert and Arabie 1985. */
  private static double adjustedRandIndex(int[] truth, int[] found, int groups) {
    long[][] cells = new long[groups][groups];
    long[] rows = new long[groups];
    long[] columns = new long[groups];
    for (int i = 0; i < truth.length; i++) {
      cells[truth[i]][found[i]]++;
      rows[truth[i]]++;
      columns[found[i]]++;
    }
    double inCells = 0;
    for (long[] row : cells) {
      inCells += pairs(row);
    }
    double expected = pairs(rows) * pairs(columns) / pairs(new long[] {truth.length});
    return (inCells - expected) / ((pairs(rows) + pairs(columns)) / 2 - expected);
  }

  private static double pairs(long[] counts) {
    return Arrays.stream(counts).mapToDouble(count -> count * (count - 1) / 2.0).sum();
  }
}
