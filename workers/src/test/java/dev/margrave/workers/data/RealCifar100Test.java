package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** On the real archive: its first part, as {@code README.md} beside it describes it. */
class RealCifar100Test {
  private static final int RECORD = 3074;

  /**
   * Golden: {@code python3 content_hash.py cifar-100-binary.tar.gz 10000 5000}, the script being
   * among the resources.
   */
  @Test
  void theHashIsTheOneComputedIndependently() {
    Path archive = DataFixtures.realCifar100();
    ImageDataset data =
        Datasets.load(
            DatasetRequest.all("cifar100").at(archive).sized(10_000, 5_000), Path.of("unused"));
    assertEquals(
        "7fbfbc5a346549fe6c9fac0c4f904969c7828f309fed9420d8a7c920d397c09f", data.contentHash());
  }

  @Test
  void everyByteIsWhereTheFileHasIt() throws IOException {
    Path archive = DataFixtures.realCifar100();
    ImageDataset data = load("cifar100", archive);
    byte[] file = member(archive, "cifar-100-binary/test.bin");
    int records = file.length / RECORD;
    assertEquals(records, data.evaluate().size());
    int[] order = Selection.choose("d", Selection.Split.EVALUATE, records, OptionalInt.empty());
    for (int i = 0; i < records; i += 97) {
      int start = order[i] * RECORD;
      assertEquals(file[start + 1], data.evaluate().label(i));
      for (int offset = 0; offset < 3072; offset++) {
        int byteInFile = start + 2 + (offset % 3) * 1024 + offset / 3;
        assertEquals(file[byteInFile] & 0xff, data.evaluate().value(i, offset));
      }
    }
    assertEquals(100, data.labelNames().size());
    assertEquals("apple", data.labelNames().get(0));
    assertEquals("worm", data.labelNames().get(99));
  }

  @Test
  void theClassesAreAsManyAsPublishedAndASelectionIsNearlyBalanced() {
    Path archive = DataFixtures.realCifar100();
    CheckReport report = DatasetChecker.check(archive);
    assertEquals(report.train().fewestPerClass(), report.train().mostPerClass());
    assertEquals(new CheckReport.SplitReport(10_000, 100, 100), report.evaluate());
    ImageDataset some =
        Datasets.load(
            DatasetRequest.all("cifar100").at(archive).sized(10_000, 5_000), Path.of("unused"));
    int[] counts = some.train().countsByLabel(100);
    // 100 expected of each, standard deviation under 10.
    assertTrue(
        Arrays.stream(counts).allMatch(count -> Math.abs(count - 100) < 45),
        () -> Arrays.toString(counts));
  }

  /** Reads a member of a gzipped tar by the format's definition: 512-byte headers, octal sizes. */
  private static byte[] member(Path archive, String name) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(archive), 1 << 16))) {
      byte[] header = new byte[512];
      while (true) {
        in.readFully(header);
        String found = new String(header, 0, 100, StandardCharsets.US_ASCII);
        int size =
            Integer.parseInt(new String(header, 124, 11, StandardCharsets.US_ASCII).strip(), 8);
        if (found.startsWith(name + "\0")) {
          return in.readNBytes(size);
        }
        in.skipNBytes((size + 511) / 512 * 512L);
      }
    }
  }
}
