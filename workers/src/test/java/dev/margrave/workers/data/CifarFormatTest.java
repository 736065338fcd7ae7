package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.cifar10;
import static dev.margrave.workers.data.DataFixtures.cifar100;
import static dev.margrave.workers.data.DataFixtures.gzip;
import static dev.margrave.workers.data.DataFixtures.load;
import static dev.margrave.workers.data.DataFixtures.pixel;
import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.tar;
import static dev.margrave.workers.data.DataFixtures.write;
import static dev.margrave.workers.data.DataFixtures.writeAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFormatTest {
  @TempDir Path temporary;

  @Test
  void putsChannelsLastAndTakesTheFineLabel() {
    int[] labels = {99, 0, 42, 17};
    writeAll(temporary, Map.of("train.bin", cifar100(labels), "test.bin", cifar100(3)));
    ImageDataset data = load("cifar100", temporary);
    assertEquals(new ImageShape(32, 32, 3), data.shape());
    assertEquals(100, data.classes());
    assertEquals("cifar100 (4 train, 1 evaluate, 32x32x3)", data.toString());
    int[] order = Selection.choose("d", Selection.Split.TRAIN, 4, OptionalInt.empty());
    for (int i = 0; i < 4; i++) {
      assertEquals(labels[order[i]], data.train().label(i));
      for (int offset = 0; offset < 3072; offset++) {
        int place = offset / 3;
        assertEquals(
            pixel(order[i], offset % 3, place / 32, place % 32), data.train().value(i, offset));
      }
    }
    assertEquals(3, data.evaluate().label(0));
  }

  @Test
  void readsTheBatchesOfCifar10InTheirOrderWhateverTheArchives() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("cifar-10-batches-bin/batches.meta.txt", names(10));
    for (int batch = 5; batch >= 1; batch--) {
      files.put("cifar-10-batches-bin/data_batch_" + batch + ".bin", cifar10(batch, batch + 4));
    }
    files.put("cifar-10-batches-bin/readme.html", new byte[] {1, 2, 3});
    files.put("cifar-10-batches-bin/test_batch.bin", cifar10(0));
    Path archive = write(temporary.resolve("any.name"), gzip(tar(files)));
    ImageDataset data = load("cifar10", archive);
    int[] inFileOrder = {1, 5, 2, 6, 3, 7, 4, 8, 5, 9};
    int[] order = Selection.choose("d", Selection.Split.TRAIN, 10, OptionalInt.empty());
    assertArrayEquals(
        Arrays.stream(order).map(record -> inFileOrder[record]).toArray(), data.train().labels());
    assertEquals("class 7", data.labelNames().get(7));
  }

  @Test
  void readsTheSameFromDirectoryTarAndGzippedTar() {
    Map<String, byte[]> files =
        Map.of("train.bin", cifar100(1, 2, 3, 4, 5), "test.bin", cifar100(6, 7));
    Path directory = writeAll(temporary.resolve("plain"), files);
    Path tar = write(temporary.resolve("a.tar"), tar(files));
    Path gzip = write(temporary.resolve("a.tgz"), gzip(tar(files)));
    String hash = load("cifar100", directory).contentHash();
    assertEquals(hash, load("cifar100", tar).contentHash());
    assertEquals(hash, load("cifar100", gzip).contentHash());
  }

  @Test
  void refusesAFileThatIsNoWholeNumberOfRecords() {
    byte[] records = cifar100(1, 2);
    Path file = temporary.resolve("train.bin");
    write(file, Arrays.copyOf(records, records.length - 1));
    write(temporary.resolve("test.bin"), cifar100(1));
    assertEquals(
        file
            + ": 6147 bytes are no whole number of 3074-byte records: expected 3074 bytes from"
            + " offset 3074 on, found 3073; truncated, or another file",
        refusal(() -> load("cifar100", temporary)));
  }

  @Test
  void refusesALabelOutOfRangeWithItsOffset() {
    Path file = temporary.resolve("test.bin");
    write(temporary.resolve("train.bin"), cifar100(1));
    byte[] records = cifar100(1, 2, 3);
    records[3074 + 1] = 100;
    write(file, records);
    assertEquals(
        file + ": label 100 at offset 3075 (record 1): expected 0 to 99; damaged, or another file",
        refusal(() -> load("cifar100", temporary)));
    records[2 * 3074] = (byte) 200;
    records[3074 + 1] = 1;
    write(file, records);
    assertEquals(
        file + ": label 200 at offset 6148 (record 2): expected 0 to 19; damaged, or another file",
        refusal(() -> load("cifar100", temporary)));
  }

  @Test
  void refusesAnEmptyFile() {
    Path file = write(temporary.resolve("train.bin"), new byte[0]);
    write(temporary.resolve("test.bin"), cifar100(1));
    assertEquals(
        file + ": is empty: expected records of 3074 bytes",
        refusal(() -> load("cifar100", temporary)));
  }

  @Test
  void refusesAMissingFile() {
    write(temporary.resolve("train.bin"), cifar100(1));
    assertEquals(
        temporary
            + ": holds no test.bin (it holds train.bin): the binary version,"
            + " cifar-100-binary.tar.gz, is wanted",
        refusal(() -> load("cifar100", temporary)));
  }

  @Test
  void refusesThePythonVersionAndSaysWhichOneIsWanted() {
    Path archive =
        write(
            temporary.resolve("cifar-100-python.tar.gz"),
            gzip(tar(Map.of("cifar-100-python/meta", new byte[10]))));
    assertEquals(
        archive
            + ": holds no train.bin, no test.bin (it holds cifar-100-python/meta): the binary"
            + " version, cifar-100-binary.tar.gz, is wanted",
        refusal(() -> load("cifar100", archive)));
  }

  @Test
  void refusesAnArchiveWithTwoOfAFile() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a/train.bin", cifar100(1));
    files.put("b/train.bin", cifar100(2));
    Path archive = write(temporary.resolve("x.tar"), tar(files));
    assertEquals(
        archive + ": holds both a/train.bin and b/train.bin: expected only one of them",
        refusal(() -> load("cifar100", archive)));
  }

  @Test
  void refusesATruncatedArchive() {
    byte[] whole = gzip(tar(Map.of("train.bin", cifar100(1, 2, 3), "test.bin", cifar100(4))));
    Path cut = write(temporary.resolve("x.tar.gz"), Arrays.copyOf(whole, whole.length / 2));
    String message = refusal(() -> load("cifar100", cut));
    assertTrue(message.startsWith(cut + ": "), message);
    assertTrue(message.contains("the compressed data ends early"), message);
    // All the data is there; only gzip's checksum is not.
    Path tail = write(temporary.resolve("y.tar.gz"), Arrays.copyOf(whole, whole.length - 5));
    assertEquals(
        tail + ": the compressed data ends early: truncated, fetch it again",
        refusal(() -> load("cifar100", tail)));
  }

  @Test
  void refusesATarThatEndsWithinAMember() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("train.bin", cifar100(1, 2));
    files.put("test.bin", cifar100(3));
    Path cut = write(temporary.resolve("x.tar"), Arrays.copyOf(tar(files), 512 + 4000));
    String message = refusal(() -> load("cifar100", cut));
    assertTrue(message.startsWith(cut + ": train.bin: "), message);
    assertTrue(message.contains("at offset"), message);
  }

  @Test
  void refusesADamagedChecksum() {
    byte[] bytes = gzip(tar(Map.of("train.bin", cifar100(1), "test.bin", cifar100(4))));
    bytes[bytes.length - 8] ^= 1;
    Path file = write(temporary.resolve("x.tar.gz"), bytes);
    assertEquals(
        file + ": the compressed data is damaged (Corrupt GZIP trailer): fetch it again",
        refusal(() -> load("cifar100", file)));
  }

  @Test
  void refusesAFileThatIsNoArchive() {
    byte[] text = "<html>404 Not Found</html>".repeat(60).getBytes(StandardCharsets.US_ASCII);
    Path file = write(temporary.resolve("cifar-100-binary.tar.gz"), text);
    String message = refusal(() -> load("cifar100", file));
    assertTrue(message.startsWith(file + ": no tar header at offset "), message);
    assertTrue(
        message.endsWith(
            "): expected the published archive, plain or gzipped, or the directory that holds its"
                + " files"),
        message);
  }

  @Test
  void refusesAnotherNumberOfNames() {
    writeAll(
        temporary,
        Map.of(
            "train.bin", cifar100(1),
            "test.bin", cifar100(1),
            "fine_label_names.txt", names(99)));
    assertEquals(
        temporary.resolve("fine_label_names.txt") + ": holds 99 class names: expected 100",
        refusal(() -> load("cifar100", temporary)));
  }

  private static byte[] names(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "class " + i + "\n")
        .collect(Collectors.joining("", "", "\n"))
        .getBytes(StandardCharsets.UTF_8);
  }
}
