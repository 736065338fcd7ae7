package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.load;
import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.write;
import static dev.margrave.workers.data.DataFixtures.writeAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.data.CheckReport.Publication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyImageNetTest {
  private static final String NAME = "tiny-imagenet-200";

  @TempDir Path temporary;

  @Test
  void readsClassesLabelsAndPicturesInTheOrderOfTheirNames() throws BadPictureException {
    Map<String, byte[]> files = PictureFixtures.tiny();
    ImageDataset data = load(NAME, writeAll(temporary, files));
    assertEquals(new ImageShape(64, 64, 3), data.shape());
    assertEquals(List.of("crane", "n00000002", "goldfish"), data.labelNames());
    List<String> train =
        List.of(
            "train/n00000001/images/n00000001_0.JPEG",
            "train/n00000001/images/n00000001_1.JPEG",
            "train/n00000002/images/n00000002_0.JPEG",
            "train/n00000003/images/n00000003_1.JPEG",
            "train/n00000003/images/n00000003_10.JPEG",
            "train/n00000003/images/n00000003_2.JPEG");
    agree(data.train(), Selection.Split.TRAIN, train, new int[] {0, 0, 1, 2, 2, 2}, files);
    List<String> evaluate =
        List.of(
            "val/images/val_0.JPEG",
            "val/images/val_1.JPEG",
            "val/images/val_10.JPEG",
            "val/images/val_3.JPEG");
    agree(data.evaluate(), Selection.Split.EVALUATE, evaluate, new int[] {0, 1, 2, 2}, files);
  }

  private static void agree(
      ImageSplit split,
      Selection.Split which,
      List<String> names,
      int[] labels,
      Map<String, byte[]> files)
      throws BadPictureException {
    int[] order = Selection.choose(NAME, which, names.size(), OptionalInt.empty());
    try (PictureDecoder decoder =
        new PictureDecoder(64, 3, OptionalInt.of(64), new ReentrantLock())) {
      for (int i = 0; i < order.length; i++) {
        assertEquals(labels[order[i]], split.label(i));
        byte[] pixels = new byte[64 * 64 * 3];
        split.copyImage(i, pixels, 0);
        assertArrayEquals(decoder.decode(files.get(names.get(order[i]))), pixels);
      }
    }
  }

  @Test
  void theArchiveAndTheFolderGiveTheSameInAnyOrderOfFiles() {
    Map<String, byte[]> files = PictureFixtures.tiny();
    String folder = load(NAME, writeAll(temporary.resolve("folder"), files)).contentHash();
    List<String> names = new ArrayList<>(files.keySet());
    Collections.reverse(names);
    Map<String, byte[]> reversed = new LinkedHashMap<>();
    names.forEach(name -> reversed.put(name, files.get(name)));
    Path named = archive("a.zip", NAME + "/", reversed);
    assertEquals(folder, load(NAME, named).contentHash());
    assertEquals(folder, load(NAME, archive("b.zip", "", files)).contentHash());
    assertEquals(folder, load(NAME, archive("c.zip", "x/y/", files)).contentHash());
  }

  @Test
  void halfTheSizeIsTheMeanOfTwoByTwo() {
    Path path = writeAll(temporary, PictureFixtures.tiny());
    ImageDataset large = load(NAME, path);
    ImageDataset small =
        Datasets.load(DatasetRequest.all(NAME).at(path).pictures(32, 3), Path.of("unused"));
    assertEquals(new ImageShape(32, 32, 3), small.shape());
    for (int i = 0; i < small.train().size(); i++) {
      for (int offset = 0; offset < 32 * 32 * 3; offset++) {
        int row = offset / 96;
        int column = offset / 3 % 32;
        int at = (2 * row * 64 + 2 * column) * 3 + offset % 3;
        int sum =
            large.train().value(i, at)
                + large.train().value(i, at + 3)
                + large.train().value(i, at + 192)
                + large.train().value(i, at + 195);
        assertEquals((sum + 2) / 4, small.train().value(i, offset));
      }
    }
    assertNotEquals(large.contentHash(), small.contentHash());
  }

  @Test
  void onlyWhatIsSelectedIsDecoded() {
    Map<String, byte[]> files = PictureFixtures.tiny();
    int[] order = Selection.choose(NAME, Selection.Split.TRAIN, 6, OptionalInt.empty());
    List<String> train =
        files.keySet().stream().filter(name -> name.matches("train/.*JPEG")).sorted().toList();
    files.put(train.get(order[5]), PictureFixtures.text("broken"));
    Path path = writeAll(temporary, files);
    DatasetRequest request = DatasetRequest.all(NAME).at(path);
    assertEquals(5, Datasets.load(request.sized(5, 1), Path.of("unused")).train().size());
    assertEquals(
        path
            + ": "
            + train.get(order[5])
            + " is no JPEG, PNG or BMP by its first bytes: convert it, or take it out",
        refusal(() -> Datasets.load(request, Path.of("unused"))));
  }

  @Test
  void theFirstFewBadFilesAreNamedAndAllAreCounted() {
    Map<String, byte[]> files = PictureFixtures.tiny();
    files.replaceAll(
        (name, bytes) ->
            name.matches("train/.*JPEG") ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
    Path path = writeAll(temporary, files);
    List<String> lines = refusal(() -> load(NAME, path)).lines().toList();
    assertEquals(path + ": 6 of 10 pictures cannot be used, the first of them:", lines.get(0));
    assertEquals(6, lines.size());
    assertTrue(
        lines.get(1).endsWith(".JPEG is truncated or damaged: fetch it again, or take it out"),
        lines.get(1));
  }

  @Test
  void isFoundInItsFolderAndInItsArchiveAndNamesEveryPlace() {
    assertEquals(
        String.join(
            System.lineSeparator(),
            "tiny-imagenet-200 was not found; looked at",
            "  " + temporary,
            "  " + temporary.resolve(NAME),
            "  " + temporary.resolve(NAME + ".zip"),
            "Fetch it with `margrave data fetch tiny-imagenet-200`, or set dataset.path to the"
                + " directory or archive that holds it."),
        refusal(() -> load(NAME, temporary)));
    archive(NAME + ".zip", NAME + "/", PictureFixtures.tiny());
    assertEquals(6, load(NAME, temporary).train().size());
    Map<String, byte[]> fewer = PictureFixtures.tiny();
    fewer.remove("train/n00000002/images/n00000002_0.JPEG");
    writeAll(temporary.resolve(NAME), fewer);
    assertEquals(5, load(NAME, temporary).train().size());
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    refuses(
        "wnids.txt",
        "n00000001\nn00000001\n",
        "wnids.txt has 'n00000001' in line 2: expected a class as n01443537, each once");
    refuses(
        "wnids.txt",
        "fish\n",
        "wnids.txt has 'fish' in line 1: expected a class as n01443537, each once");
    refuses("wnids.txt", "\n", "wnids.txt is empty: expected a class per line");
    refuses(
        "wnids.txt",
        "n00000001\nn00000003\n",
        "train/n00000002/images/n00000002_0.JPEG is of a class that wnids.txt does not name: unpack"
            + " the archive again");
    refuses(
        "val/val_annotations.txt",
        "val_0.JPEG\tn00000009\t1\n",
        "val/val_annotations.txt has 'val_0.JPEG?n00000009?1' in line 1: expected a file, each"
            + " once, a tab and a class of wnids.txt");
    refuses(
        "val/val_annotations.txt",
        "val_0.JPEG\tn00000001\n",
        "val/images/val_1.JPEG has no line in val/val_annotations.txt: unpack the archive again");
    Map<String, byte[]> files = PictureFixtures.tiny();
    files.remove("val/images/val_1.JPEG");
    files.remove("val/images/val_3.JPEG");
    Path path = writeAll(temporary.resolve("missing"), files);
    assertEquals(
        path
            + ": val/images/val_1.JPEG is not there, one of 2 that val/val_annotations.txt names"
            + " and that are missing: unpack the archive again",
        refusal(() -> load(NAME, path)));
  }

  private void refuses(String file, String content, String message) {
    Map<String, byte[]> files = PictureFixtures.tiny();
    files.put(file, PictureFixtures.text(content));
    Path path = archive("odd.zip", NAME + "/", files);
    assertEquals(path + ": " + message, refusal(() -> load(NAME, path)));
  }

  @Test
  void theCheckerKnowsItAsAFolderAndAsAnArchive() {
    Path folder = writeAll(temporary.resolve("folder"), PictureFixtures.tiny());
    Path zip = archive(NAME + ".zip", NAME + "/", PictureFixtures.tiny());
    CheckReport unpacked = DatasetChecker.check(folder);
    CheckReport packed = DatasetChecker.check(zip);
    assertEquals(List.of(NAME), unpacked.datasets());
    assertEquals(List.of(NAME), packed.datasets());
    assertEquals(zip, packed.location());
    assertEquals(Publication.NOT_COMPARABLE, unpacked.publication());
    assertEquals(Publication.DIFFERENT, packed.publication());
    assertEquals(unpacked.contentHash(), packed.contentHash());
    assertEquals(new CheckReport.SplitReport(6, 1, 3), packed.train());
    assertEquals(3, packed.classes());
    CheckReport small =
        DatasetChecker.check(zip, OptionalInt.of(32), OptionalInt.of(1), LoadProgress.NONE);
    assertEquals(new ImageShape(32, 32, 1), small.shape());
  }

  @Test
  void aSizeIsRefusedWhereThereIsNone() {
    assertEquals(
        "dataset.size = 32: cifar10 has its own; leave it out",
        refusal(
            () -> Datasets.load(DatasetRequest.all("cifar10").pictures(32, 3), Path.of("unused"))));
    assertEquals(
        "dataset.size = 7: 8 to 256 pixels are wanted",
        refusal(
            () ->
                Datasets.load(
                    DatasetRequest.all(NAME).at(temporaryTiny()).pictures(7, 3),
                    Path.of("unused"))));
    assertEquals(
        "dataset.channels = 2: 1, grey, or 3, colour, is wanted",
        refusal(
            () ->
                Datasets.load(
                    DatasetRequest.all(NAME).at(temporaryTiny()).pictures(8, 2),
                    Path.of("unused"))));
  }

  @Test
  void moreThanFitsIsRefusedBeforeItIsRead() {
    assertEquals(
        "110,000 images of 64x64x3 need 1,354 MB, and Java may use 1,000 MB here: give it more"
            + " (MARGRAVE_JAVA_OPTIONS=-Xmx3g), or ask for fewer or smaller images",
        refusal(
            () -> PictureLoader.requireMemory(110_000, new ImageShape(64, 64, 3), 1_000_000_000L)));
  }

  private Path temporaryTiny() {
    return writeAll(temporary.resolve("some"), PictureFixtures.tiny());
  }

  private Path archive(String file, String folder, Map<String, byte[]> files) {
    return write(temporary.resolve(file), PictureFixtures.zip(folder, files));
  }
}
