package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.refusal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.data.Selection.Split;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ShapesTest {
  /**
   * Golden: the hash of the first 300 and 200 images, from this very code. It changes only with the
   * data set itself, which every result that names it would notice.
   */
  @Test
  void isTheSameDataOnEveryMachine() {
    assertEquals(
        "59b1105dc31e65e71535698d1a0feb32841dc419499e1ac686c887be3178c25e",
        shapes(300, 200).contentHash());
  }

  @Test
  void anImageDoesNotDependOnHowManyThereAre() {
    ImageDataset few = shapes(23, 7);
    ImageDataset many = shapes(64, 40);
    int[] first = Arrays.copyOf(many.train().labels(), 23);
    assertArrayEquals(few.train().labels(), first);
    for (int i = 0; i < 23; i++) {
      assertEquals(few.train().bytes(i), many.train().bytes(i));
    }
    for (int i = 0; i < 7; i++) {
      assertEquals(few.evaluate().bytes(i), many.evaluate().bytes(i));
    }
  }

  @Test
  void theSplitsShareNoImage() {
    ImageDataset data = shapes(400, 400);
    for (int i = 0; i < 400; i++) {
      for (int k = 0; k < 400; k++) {
        assertFalse(data.train().bytes(i).equals(data.evaluate().bytes(k)));
      }
    }
  }

  @Test
  void everyTenImagesHaveTheTenShapesInAnOrderOfTheirOwn() {
    ImageDataset data = shapes(1000, 10);
    assertEquals(10, data.classes());
    assertEquals("disc", data.labelNames().get(0));
    int[] expected = new int[10];
    Arrays.fill(expected, 100);
    assertArrayEquals(expected, data.train().countsByLabel(10));
    int[] atFirst = new int[10];
    for (int block = 0; block < 100; block++) {
      atFirst[data.train().label(10 * block)]++;
    }
    // 10 expected of each, standard deviation 3.
    assertTrue(Arrays.stream(atFirst).allMatch(n -> n < 25), () -> Arrays.toString(atFirst));
  }

  @Test
  void imagesVaryAndUseTheWholeRange() {
    ImageDataset data = shapes(500, 1);
    double[] mean = new double[3072];
    double[] square = new double[3072];
    float[] image = new float[3072];
    float lowest = 1;
    float highest = 0;
    for (int i = 0; i < 500; i++) {
      data.train().fillRange(i, 1, image);
      for (int k = 0; k < 3072; k++) {
        mean[k] += image[k] / 500;
        square[k] += image[k] * image[k] / 500;
        lowest = Math.min(lowest, image[k]);
        highest = Math.max(highest, image[k]);
      }
    }
    assertTrue(lowest < 0.02 && highest > 0.98, "range " + lowest + " to " + highest);
    for (int k = 0; k < 3072; k++) {
      double deviation = Math.sqrt(square[k] - mean[k] * mean[k]);
      int value = k;
      assertTrue(
          mean[k] > 0.3 && mean[k] < 0.7 && deviation > 0.15,
          () -> "value " + value + ": mean " + mean[value] + ", deviation " + deviation);
    }
  }

  /** Every outline is where its distance says: the sign tells area, the slope is about one. */
  @Test
  void distancesAreDistancesNearTheOutline() {
    for (ShapeKind kind : ShapeKind.values()) {
      int inside = 0;
      double step = 0.01;
      for (double y = -1.4; y <= 1.4; y += step) {
        for (double x = -1.4; x <= 1.4; x += step) {
          double here = kind.distance(x, y);
          inside += here < 0 ? 1 : 0;
          double right = kind.distance(x + step, y);
          double below = kind.distance(x, y + step);
          assertTrue(
              Math.abs(right - here) <= step * 1.0001 && Math.abs(below - here) <= step * 1.0001,
              kind + ": a distance cannot change faster than the place");
        }
      }
      double area = inside * step * step;
      assertTrue(area > 0.7 && area < 3.2, kind + " covers " + area);
      assertTrue(kind.distance(2, 2) > 0.3, kind + " reaches too far");
    }
  }

  @Test
  void aPainterLeavesNothingBehind() {
    ShapePainter used = new ShapePainter();
    byte[] first = Shapes.image(Split.TRAIN, 5, used);
    byte[] between = Shapes.image(Split.TRAIN, 6, used);
    assertFalse(Arrays.equals(first, between));
    assertArrayEquals(first, Shapes.image(Split.TRAIN, 5, used));
    assertArrayEquals(first, Shapes.image(Split.TRAIN, 5, new ShapePainter()));
  }

  @Test
  void refusesMoreThanItsLimit() {
    assertEquals(
        "dataset.train = 500001, but shapes has 500000 images to train on: ask for 500000 or fewer",
        refusal(() -> shapes(500_001, 1)));
  }

  @Test
  void hasADefaultSize() {
    ImageDataset data = Shapes.generate(OptionalInt.of(10), OptionalInt.empty());
    assertEquals(Shapes.DEFAULT_EVALUATE, data.evaluate().size());
  }

  private static ImageDataset shapes(int train, int evaluate) {
    return Datasets.load(DatasetRequest.all("shapes").sized(train, evaluate), Path.of("unused"));
  }
}
