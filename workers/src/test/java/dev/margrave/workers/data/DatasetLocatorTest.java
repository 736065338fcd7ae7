package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.cifar100;
import static dev.margrave.workers.data.DataFixtures.gzip;
import static dev.margrave.workers.data.DataFixtures.mnist;
import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.tar;
import static dev.margrave.workers.data.DataFixtures.write;
import static dev.margrave.workers.data.DataFixtures.writeAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetLocatorTest {
  private static final Map<String, byte[]> FILES =
      Map.of("train.bin", cifar100(1, 2, 3), "test.bin", cifar100(4));

  @TempDir Path dataDirectory;

  @Test
  void findsTheFilesTheFolderOrTheArchiveUnderTheDataDirectory() {
    Path home = Datasets.directory(dataDirectory, "cifar100");
    assertEquals(dataDirectory.resolve("datasets").resolve("cifar100"), home);
    write(home.resolve("cifar-100-binary.tar.gz"), gzip(tar(FILES)));
    assertEquals(3, trainImages(dataDirectory));
    writeAll(
        home.resolve("cifar-100-binary"),
        Map.of("train.bin", cifar100(1, 2), "test.bin", cifar100(4)));
    assertEquals(2, trainImages(dataDirectory));
    writeAll(home, Map.of("train.bin", cifar100(1), "test.bin", cifar100(4)));
    assertEquals(1, trainImages(dataDirectory));
  }

  @Test
  void findsWhatOtherToolsLeave() {
    writeAll(dataDirectory.resolve("MNIST").resolve("raw"), mnist());
    DatasetRequest request = DatasetRequest.all("mnist").at(dataDirectory);
    assertEquals(6, Datasets.load(request, dataDirectory).train().size());
  }

  @Test
  void namesEveryPlaceAndTheMend() {
    Path home = dataDirectory.resolve("datasets").resolve("cifar100");
    write(home.resolve("notes.txt"), new byte[1]);
    assertEquals(
        String.join(
            System.lineSeparator(),
            "cifar100 was not found; looked at",
            "  " + home,
            "  " + home.resolve("cifar-100-binary"),
            "  " + home.resolve("cifar-100-binary.tar.gz"),
            "  " + home.resolve("cifar-100-binary.tgz"),
            "Fetch it with `margrave data fetch cifar100`, or set dataset.path to the directory or"
                + " archive that holds it."),
        refusal(() -> trainImages(dataDirectory)));
  }

  @Test
  void refusesAPathThatIsNotThere() {
    Path path = dataDirectory.resolve("nowhere");
    assertEquals(
        "dataset.path = "
            + path
            + ": there is no such file or directory (looked at "
            + path.toAbsolutePath()
            + ")",
        refusal(() -> Datasets.load(DatasetRequest.all("mnist").at(path), dataDirectory)));
  }

  @Test
  void refusesAnUnknownNameAndAPathOfShapes() {
    assertEquals(
        "dataset.name = imagenet: there is no such data set; known are shapes, cifar10, cifar100,"
            + " tiny-imagenet-200, fashion-mnist, mnist, image-folder",
        refusal(() -> Datasets.load(DatasetRequest.all("imagenet"), dataDirectory)));
    assertEquals(
        "dataset.path = x: shapes is generated and reads no file; remove the path",
        refusal(() -> Datasets.load(DatasetRequest.all("shapes").at(Path.of("x")), dataDirectory)));
  }

  private static int trainImages(Path dataDirectory) {
    return Datasets.load(DatasetRequest.all("cifar100"), dataDirectory).train().size();
  }
}
