package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.random.IndexedRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KMeansTest {

  @Test
  void groupsFarApartAreFoundFromAnySeed() {
    Points points = new Points(new double[] {0, 100, 1, 101, 2, 102, 50, 51, 52}, 1);
    for (int seed = 0; seed < 20; seed++) {
      int[] labels = labels(points, 3, 5, seed);
      assertEquals(labels[0], labels[2]);
      assertEquals(labels[0], labels[4]);
      assertEquals(labels[1], labels[3]);
      assertEquals(labels[1], labels[5]);
      assertEquals(labels[6], labels[7]);
      assertEquals(labels[6], labels[8]);
      assertEquals(3, Arrays.stream(labels).distinct().count());
    }
  }

  @Test
  void asManyClustersAsDifferentPointsGiveEachItsOwn() {
    Points points = new Points(new double[] {5, 5, 7, 7, 9}, 1);
    int[] labels = labels(points, 3, 5, 1);
    assertEquals(3, Arrays.stream(labels).distinct().count());
    assertEquals(labels[0], labels[1]);
    assertEquals(labels[2], labels[3]);
  }

  @Test
  void noClusterIsEmptyOnRandomPoints() {
    for (int seed = 0; seed < 50; seed++) {
      IndexedRandom random = IndexedRandom.along(seed, 12);
      double[] values = new double[40];
      // Rounded, so that many points coincide.
      Arrays.setAll(values, i -> Math.rint(4 * random.normal(i)));
      long different = Arrays.stream(values).distinct().count();
      int components = (int) Math.min(8, different);
      int[] labels = labels(new Points(values, 1), components, 20, seed);
      assertEquals(components, Arrays.stream(labels).distinct().count(), "seed " + seed);
    }
  }

  @Test
  void fewerDifferentPointsThanClustersAreRefused() {
    Points points = new Points(new double[] {5, 5, 7, 7, 7}, 1);
    TeacherSearchException refused =
        assertThrows(TeacherSearchException.class, () -> labels(points, 3, 5, 1));
    assertEquals(
        "The 5 images that a teacher would be fitted to hold only 2 different ones, fewer than the"
            + " 3 components asked for; ask for at most 2, or give more images.",
        refused.getMessage());
  }

  @Test
  void theScaleDecidesWhichDimensionCounts() {
    // Along the first dimension {0, 1}, {10, 11}; along the second {0, 3}, {1, 2}.
    Points points = new Points(new double[] {0, 0, 1, 1000, 10, 1000, 11, 0}, 2);
    int[] byFirst =
        KMeans.labels(
            points, new double[] {1, 0}, 2, 5, IndexedRandom.along(1, 1), CancellationCheck.NEVER);
    int[] bySecond =
        KMeans.labels(
            points, new double[] {1, 1}, 2, 5, IndexedRandom.along(1, 1), CancellationCheck.NEVER);
    assertTrue(byFirst[0] == byFirst[1] && byFirst[2] == byFirst[3] && byFirst[0] != byFirst[2]);
    assertTrue(
        bySecond[0] == bySecond[3] && bySecond[1] == bySecond[2] && bySecond[0] != bySecond[1]);
  }

  @Test
  void theSameSeedGivesTheSameClusters() {
    double[] values = new double[600];
    IndexedRandom random = IndexedRandom.along(4, 12);
    Arrays.setAll(values, random::normal);
    Points points = new Points(values, 1);
    assertArrayEquals(labels(points, 7, 3, 5), labels(points, 7, 3, 5));
  }

  private static int[] labels(Points points, int components, int iterations, long seed) {
    return KMeans.labels(
        points,
        new double[] {1},
        components,
        iterations,
        IndexedRandom.along(seed, 3),
        CancellationCheck.NEVER);
  }
}
