package dev.margrave.workers.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real archive: its part, as {@code README.md} beside it describes it. */
class RealTinyImageNetTest {
  private static final String NAME = "tiny-imagenet-200";

  /**
   * Golden: {@code python3 tiny_hash.py tiny-imagenet-200.zip 64 2000 1000}, and with 32: the
   * script being among the resources; it decodes with Pillow.
   */
  @Test
  void theHashIsTheOneComputedIndependently() {
    DatasetRequest some = DatasetRequest.all(NAME).at(archive()).sized(2000, 1000);
    assertEquals(
        "4f95b437336cbc1b38ef55f5591be2002c95501326099d55ae52748d9c12317a",
        Datasets.load(some, Path.of("unused")).contentHash());
    assertEquals(
        "aa9cc2a9ec4dd758aaa5bf193d979e5b0153e21f9a18d1dce7d9dbee27da68b9",
        Datasets.load(some.pictures(32, 3), Path.of("unused")).contentHash());
  }

  @Test
  void allOfItIsThereAndIsTheSameUnpacked(@TempDir Path temporary) throws IOException {
    CheckReport report = DatasetChecker.check(archive());
    assertEquals(new ImageShape(64, 64, 3), report.shape());
    assertEquals(200, report.classes());
    assertEquals(new CheckReport.SplitReport(2000, 10, 10), report.evaluate());
    assertEquals(report.train().fewestPerClass(), report.train().mostPerClass());
    assertEquals(0, report.shared());
    unpack(archive(), temporary);
    CheckReport unpacked = DatasetChecker.check(temporary);
    assertEquals(temporary.resolve(NAME), unpacked.location());
    assertEquals(report.contentHash(), unpacked.contentHash());
  }

  @Test
  void labelsHaveNamesAndSomeFilesAreGrey() {
    ImageDataset data =
        Datasets.load(DatasetRequest.all(NAME).at(archive()).sized(2000, 2000), Path.of("unused"));
    assertEquals("goldfish", data.labelNames().get(0));
    assertEquals(200, data.labelNames().stream().distinct().count());
    long grey = IntStream.range(0, 2000).filter(i -> isGrey(data.train(), i)).count();
    assertTrue(grey > 0 && grey < 200, () -> grey + " of 2,000 are grey");
  }

  private static boolean isGrey(ImageSplit split, int image) {
    for (int offset = 0; offset < 64 * 64 * 3; offset += 3) {
      if (split.value(image, offset) != split.value(image, offset + 1)
          || split.value(image, offset) != split.value(image, offset + 2)) {
        return false;
      }
    }
    return true;
  }

  private static void unpack(Path archive, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(entry.isDirectory() ? file : file.getParent());
        if (!entry.isDirectory()) {
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, file);
          }
        }
      }
    }
  }

  private static Path archive() {
    return DataFixtures.real("tiny-imagenet-200.zip");
  }
}
