package dev.margrave.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSplitTest {
  private static final ImageShape SHAPE = new ImageShape(1, 2, 1);
  private static final ImageSplit SPLIT =
      ImageSplit.of(
          SHAPE, new byte[] {0, 51, (byte) 255, (byte) 128, 1, (byte) 254}, new int[] {2, 0, 1});

  @Test
  void fillsScaledBytesInTheOrderOfTheIndicesAndLeavesTheRest() {
    float[] batch = {9, 9, 9, 9, 9};
    SPLIT.fill(new int[] {2, 0}, batch);
    assertArrayEquals(new float[] {1 / 255f, 254 / 255f, 0, 51 / 255f, 9}, batch);
  }

  @Test
  void fillsPartOfTheIndicesAtAnOffset() {
    float[] batch = new float[5];
    SPLIT.fill(new int[] {0, 1, 2, 0}, 1, 2, batch, 1);
    assertArrayEquals(new float[] {0, 1, 128 / 255f, 1 / 255f, 254 / 255f}, batch);
  }

  @Test
  void fillsARange() {
    float[] batch = new float[4];
    SPLIT.fillRange(1, 2, batch);
    assertArrayEquals(new float[] {1, 128 / 255f, 1 / 255f, 254 / 255f}, batch);
  }

  @Test
  void readsUnsignedValuesAndBytes() {
    byte[] bytes = new byte[3];
    SPLIT.copyImage(1, bytes, 1);
    assertArrayEquals(new byte[] {0, (byte) 255, (byte) 128}, bytes);
    assertEquals(255, SPLIT.value(1, 0));
    assertEquals(128, SPLIT.value(1, 1));
  }

  @Test
  void doesNotChangeWithTheArraysItWasMadeFromOrGaveAway() {
    byte[] pixels = {1, 2};
    int[] labels = {3};
    ImageSplit split = ImageSplit.of(SHAPE, pixels, labels);
    pixels[0] = 77;
    labels[0] = 77;
    split.labels()[0] = 77;
    assertEquals(1, split.value(0, 0));
    assertEquals(3, split.label(0));
  }

  @Test
  void subsetsAndConcatenates() {
    ImageSplit subset = SPLIT.subset(new int[] {2, 2, 0});
    assertArrayEquals(new int[] {1, 1, 2}, subset.labels());
    assertEquals(254, subset.value(1, 1));
    ImageSplit both = ImageSplit.concatenate(List.of(subset, SPLIT));
    assertArrayEquals(new int[] {1, 1, 2, 2, 0, 1}, both.labels());
    assertEquals(128, both.value(4, 1));
    assertArrayEquals(new int[] {1, 3, 2}, both.countsByLabel(3));
  }

  @Test
  void refusesABatchWithoutRoom() {
    Throwable thrown =
        assertThrows(
            IllegalArgumentException.class, () -> SPLIT.fill(new int[] {0, 1}, new float[3]));
    assertEquals("a batch of 3 floats has no room for 4 from offset 0 on", thrown.getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> SPLIT.fillRange(2, 2, new float[9]));
  }

  @Test
  void refusesArraysThatDoNotFit() {
    assertEquals(
        "5 pixel bytes for 3 images of 2 values",
        assertThrows(
                IllegalArgumentException.class, () -> ImageSplit.of(SHAPE, new byte[5], new int[3]))
            .getMessage());
    assertEquals(
        "0 images and 0 labels: as many, at least 1, wanted",
        assertThrows(
                IllegalArgumentException.class, () -> ImageSplit.of(SHAPE, new byte[0], new int[0]))
            .getMessage());
  }

  @Test
  void aDatasetRefusesLabelsBeyondItsClassesAndSplitsOfTwoShapes() {
    assertEquals(
        "label 2 of image 0: classes are 0 to 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageDataset("d", 2, List.of(), SPLIT, SPLIT))
            .getMessage());
    ImageSplit other = ImageSplit.of(new ImageShape(2, 1, 1), new byte[2], new int[1]);
    assertEquals(
        "training images are 1x2x1, evaluation images 2x1x1",
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageDataset("d", 3, List.of(), SPLIT, other))
            .getMessage());
    assertEquals(
        "1 label names, classes 3",
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageDataset("d", 3, List.of("a"), SPLIT, SPLIT))
            .getMessage());
  }
}
