package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.refusal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.data.Selection.Split;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionTest {
  /** Golden: chosen(0, 10, 10) and chosen(1, 10, 4) of content_hash.py among the resources. */
  @Test
  void isTheDocumentedOrder() {
    assertArrayEquals(
        new int[] {9, 7, 6, 8, 5, 2, 0, 4, 1, 3},
        Selection.choose("d", Split.TRAIN, 10, OptionalInt.empty()));
    assertArrayEquals(
        new int[] {4, 1, 5, 8}, Selection.choose("d", Split.EVALUATE, 10, OptionalInt.of(4)));
  }

  @Test
  void isAPermutationWhoseBeginningsAreTheSmallerSelections() {
    int[] all = Selection.choose("d", Split.TRAIN, 5000, OptionalInt.empty());
    int[] sorted = all.clone();
    Arrays.sort(sorted);
    assertArrayEquals(IntStream.range(0, 5000).toArray(), sorted);
    assertArrayEquals(
        Arrays.copyOf(all, 700), Selection.choose("d", Split.TRAIN, 5000, OptionalInt.of(700)));
  }

  @Test
  void balancesAFileSortedByClassInEveryRange() {
    int classes = 10;
    int[] order = Selection.choose("d", Split.TRAIN, 10_000, OptionalInt.empty());
    for (int from = 0; from < 10_000; from += 1000) {
      int[] counts = new int[classes];
      for (int i = from; i < from + 1000; i++) {
        counts[order[i] / 1000]++;
      }
      // Hypergeometric: 100 expected, standard deviation 9.
      for (int count : counts) {
        assertTrue(Math.abs(count - 100) < 40, () -> Arrays.toString(counts));
      }
    }
  }

  @Test
  void refusesMoreThanThereIsAndNamesBothNumbers() {
    assertEquals(
        "dataset.train = 11, but cifar10 has 10 images to train on: ask for 10 or fewer",
        refusal(() -> Selection.choose("cifar10", Split.TRAIN, 10, OptionalInt.of(11))));
    assertEquals(
        "dataset.evaluate = 6, but mnist has 5 images to evaluate on: ask for 5 or fewer",
        refusal(() -> Selection.choose("mnist", Split.EVALUATE, 5, OptionalInt.of(6))));
  }

  @Test
  void refusesNothing() {
    assertEquals(
        "dataset.train = 0: at least 1 image is wanted",
        refusal(() -> DatasetRequest.all("shapes").sized(0, 1)));
    assertEquals(
        "dataset.evaluate = -3: at least 1 image is wanted",
        refusal(() -> DatasetRequest.all("shapes").sized(1, -3)));
  }
}
