package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.gzip;
import static dev.margrave.workers.data.DataFixtures.idxImages;
import static dev.margrave.workers.data.DataFixtures.idxLabels;
import static dev.margrave.workers.data.DataFixtures.load;
import static dev.margrave.workers.data.DataFixtures.mnist;
import static dev.margrave.workers.data.DataFixtures.pixel;
import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.tar;
import static dev.margrave.workers.data.DataFixtures.write;
import static dev.margrave.workers.data.DataFixtures.writeAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFormatTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path temporary;

  @BeforeEach
  void writeWholeSet() {
    writeAll(temporary, mnist());
  }

  @Test
  void padsWithTheBackgroundToThirtyTwo() {
    ImageDataset data = load("mnist", temporary);
    assertEquals(new ImageShape(32, 32, 1), data.shape());
    int[] order = Selection.choose("d", Selection.Split.TRAIN, 6, OptionalInt.empty());
    int[] labels = {5, 0, 4, 1, 9, 2};
    for (int i = 0; i < 6; i++) {
      assertEquals(labels[order[i]], data.train().label(i));
      for (int row = 0; row < 32; row++) {
        for (int column = 0; column < 32; column++) {
          boolean inside = row >= 2 && row < 30 && column >= 2 && column < 30;
          assertEquals(
              inside ? pixel(order[i], 0, row - 2, column - 2) : 0,
              data.train().value(i, row * 32 + column));
        }
      }
    }
  }

  @Test
  void namesTheLabels() {
    assertEquals("7", load("mnist", temporary).labelNames().get(7));
    assertEquals("Sneaker", load("fashion-mnist", temporary).labelNames().get(7));
  }

  @Test
  void readsTheSamePlainCompressedWithDotsAndFromAnArchive() {
    String hash = load("mnist", temporary).contentHash();
    Map<String, byte[]> compressed = new TreeMap<>();
    Map<String, byte[]> dotted = new TreeMap<>();
    mnist()
        .forEach(
            (name, bytes) -> {
              compressed.put(name + ".gz", gzip(bytes));
              dotted.put(name.replace("-idx", ".idx"), bytes);
            });
    Path folder = writeAll(temporary.resolve("gz"), compressed);
    assertEquals(hash, load("mnist", folder).contentHash());
    assertEquals(hash, load("mnist", writeAll(temporary.resolve("dots"), dotted)).contentHash());
    Path archive = write(temporary.resolve("m.tgz"), gzip(tar(compressed)));
    assertEquals(hash, load("mnist", archive).contentHash());
  }

  @Test
  void refusesABadMagicNumber() {
    Path file = write(temporary.resolve(IMAGES), idxLabels(1, 2, 3));
    assertEquals(
        file + ": magic number 0x00000801 at offset 0: expected 0x00000803, IDX images",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void refusesImagesOfAnotherSize() {
    byte[] bytes = idxImages(6);
    ByteBuffer.wrap(bytes).putInt(8, 64);
    Path file = write(temporary.resolve(IMAGES), bytes);
    assertEquals(
        file + ": images of 64 x 28 at offset 8: expected 28 x 28",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void refusesASizeThatTheHeaderDoesNotPromise() {
    byte[] bytes = idxImages(6);
    Path file = write(temporary.resolve(IMAGES), Arrays.copyOf(bytes, bytes.length - 10));
    assertEquals(
        file
            + ": 4710 bytes: expected 4720, a header of 16 and the 6 records of 784 bytes that it"
            + " promises at offset 4; truncated, or damaged",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void refusesACompressedFileThatEndsEarlyOrLate() {
    byte[] bytes = idxLabels(5, 0, 4, 1, 9, 2);
    Path file = temporary.resolve(LABELS + ".gz");
    assertEquals(true, temporary.resolve(LABELS).toFile().delete());
    write(file, gzip(Arrays.copyOf(bytes, bytes.length - 2)));
    assertEquals(
        file
            + ": ends at offset 12, within label 4 of 6, which starts at offset 12: expected 1"
            + " bytes, found 0; the file is truncated, fetch it again",
        refusal(() -> load("mnist", temporary)));
    write(file, gzip(Arrays.copyOf(bytes, bytes.length + 1)));
    assertEquals(
        file + ": goes on at offset 14: expected its end after 6 labels",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void refusesAHeaderThatEndsEarly() {
    Path file = write(temporary.resolve(IMAGES), new byte[] {0, 0, 8, 3, 0, 0});
    assertEquals(
        file
            + ": ends at offset 6, within the number of images, which starts at offset 4: expected"
            + " 4 bytes, found 2; the file is truncated, fetch it again",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void refusesACountThatIsNone() {
    byte[] bytes = idxLabels(1);
    ByteBuffer.wrap(bytes).putInt(4, -1);
    Path file = write(temporary.resolve(LABELS), bytes);
    assertEquals(
        file + ": -1 labels at offset 4: expected at least 1",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void aPromiseOfTwoThousandMillionImagesCostsNoMemory() {
    byte[] bytes = idxImages(6);
    ByteBuffer.wrap(bytes).putInt(4, Integer.MAX_VALUE);
    assertEquals(true, temporary.resolve(IMAGES).toFile().delete());
    Path file = write(temporary.resolve(IMAGES + ".gz"), gzip(bytes));
    assertEquals(
        file
            + ": ends at offset 4720, within image 6 of 2147483647, which starts at offset 4720:"
            + " expected 784 bytes, found 0; the file is truncated, fetch it again",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void refusesALabelOutOfRange() {
    Path file = write(temporary.resolve(LABELS), idxLabels(5, 0, 4, 10, 9, 2));
    assertEquals(
        file + ": label 10 at offset 11 (record 3): expected 0 to 9; damaged, or another file",
        refusal(() -> load("mnist", temporary)));
  }

  @Test
  void refusesLabelsOfOtherImages() {
    Path file = write(temporary.resolve(LABELS), idxLabels(5, 0, 4, 1, 9));
    assertEquals(
        file + ": with its companion gives 6 images and 5 labels: expected as many",
        refusal(() -> load("mnist", temporary)));
  }
}
