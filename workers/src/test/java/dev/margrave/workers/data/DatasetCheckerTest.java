package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.cifar10;
import static dev.margrave.workers.data.DataFixtures.cifar100;
import static dev.margrave.workers.data.DataFixtures.gzip;
import static dev.margrave.workers.data.DataFixtures.load;
import static dev.margrave.workers.data.DataFixtures.mnist;
import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.tar;
import static dev.margrave.workers.data.DataFixtures.write;
import static dev.margrave.workers.data.DataFixtures.writeAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.workers.data.CheckReport.Publication;
import dev.margrave.workers.data.CheckReport.SplitReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckerTest {
  @TempDir Path temporary;

  @Test
  void reportsWhatAnArchiveHolds() {
    Path archive =
        write(
            temporary.resolve("cifar-100-binary.tar.gz"),
            gzip(tar(Map.of("train.bin", cifar100(1, 1, 2), "test.bin", cifar100(1, 7)))));
    CheckReport report = DatasetChecker.check(archive);
    assertEquals(List.of("cifar100"), report.datasets());
    assertEquals(archive, report.location());
    assertEquals(new ImageShape(32, 32, 3), report.shape());
    assertEquals(100, report.classes());
    assertEquals(new SplitReport(3, 0, 2), report.train());
    assertEquals(new SplitReport(2, 0, 1), report.evaluate());
    assertEquals(load("cifar100", archive).contentHash(), report.contentHash());
    assertEquals(Publication.DIFFERENT, report.publication());
    // The pixels of a fixture depend on the record's number only.
    assertEquals(2, report.shared());
  }

  @Test
  void saysWhenALayoutFitsTwoDataSets() {
    CheckReport report = DatasetChecker.check(writeAll(temporary, mnist()));
    assertEquals(List.of("fashion-mnist", "mnist"), report.datasets());
    assertEquals(Publication.NOT_COMPARABLE, report.publication());
    assertEquals(3, report.shared());
  }

  @Test
  void findsAnArchiveInADirectory() {
    Path archive =
        write(
            temporary.resolve("cifar-100-binary.tgz"),
            gzip(tar(Map.of("train.bin", cifar100(1), "test.bin", cifar100(1)))));
    assertEquals(archive, DatasetChecker.check(temporary).location());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    write(temporary.resolve("photo.jpg"), new byte[3]);
    assertEquals(
        temporary
            + ": holds no data set that is known (photo.jpg); known are shapes, cifar10, cifar100,"
            + " tiny-imagenet-200, fashion-mnist, mnist, image-folder",
        refusal(() -> DatasetChecker.check(temporary)));
    Path nowhere = temporary.resolve("nowhere");
    assertEquals(
        nowhere + ": there is no such file or directory",
        refusal(() -> DatasetChecker.check(nowhere)));
  }

  @Test
  void refusesADirectoryOfSeveral() {
    Path first = write(temporary.resolve("cifar-10-binary.tar.gz"), tar(Map.of("x", cifar10(1))));
    Path second =
        write(temporary.resolve("cifar-100-binary.tar.gz"), tar(Map.of("x", cifar100(1))));
    assertEquals(
        temporary + ": holds several data sets: check one of " + first + ", " + second,
        refusal(() -> DatasetChecker.check(temporary)));
  }

  @Test
  void refusesADamagedOneWithItsReason() {
    write(temporary.resolve("train.bin"), cifar100(1));
    assertEquals(
        temporary
            + ": holds no test.bin (it holds train.bin): the binary version,"
            + " cifar-100-binary.tar.gz, is wanted",
        refusal(() -> DatasetChecker.check(temporary)));
  }
}
