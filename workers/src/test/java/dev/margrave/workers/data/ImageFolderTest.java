package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.load;
import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  private static final String NAME = "image-folder";

  @TempDir Path folder;

  @Test
  void readsClassesFromFoldersAndEveryFormat() {
    png("train/dog/1.png", 1);
    png("train/cat/deep/er/2.PNG", 2);
    write(folder.resolve("train/cat/3.Jpeg"), PictureFixtures.jpeg(40, 3));
    write(
        folder.resolve("train/ant/4.bmp"),
        PictureFixtures.encoded(
            PictureFixtures.image(9, 30, BufferedImage.TYPE_INT_RGB, 4), "bmp"));
    png("val/cat/5.png", 5);
    png("val/ant/6.png", 6);
    ImageDataset data = load(NAME, folder);
    assertEquals(List.of("ant", "cat", "dog"), data.labelNames());
    assertEquals(new ImageShape(64, 64, 3), data.shape());
    assertEquals(List.of(1, 2, 1), counts(data.train(), 3));
    assertEquals(List.of(1, 1, 0), counts(data.evaluate(), 3));
  }

  @Test
  void hiddenFilesAndOtherFilesDoNotCount() {
    png("train/a/1.png", 1);
    png("evaluate/a/2.png", 2);
    String hash = load(NAME, folder).contentHash();
    for (String name :
        List.of(
            "train/a/.1.png",
            "train/.hidden/x/1.png",
            "train/a/__MACOSX/1.png",
            "train/@eaDir/1.png",
            "train/a/Thumbs.db",
            "train/notes.txt",
            "train/a/film.mp4",
            "evaluate/.DS_Store")) {
      write(folder.resolve(name), PictureFixtures.text("no picture"));
    }
    assertEquals(hash, load(NAME, folder).contentHash());
  }

  @Test
  void theFirstOfEvaluateValAndTestIsHeldOut() throws IOException {
    png("train/a/1.png", 1);
    png("test/a/2.png", 2);
    png("test/a/3.png", 3);
    assertEquals(2, load(NAME, folder).evaluate().size());
    Files.createDirectories(folder.resolve("evaluate/a"));
    assertEquals(2, load(NAME, folder).evaluate().size(), "an empty folder holds nothing out");
    png("val/a/4.png", 4);
    assertEquals(1, load(NAME, folder).evaluate().size());
  }

  @Test
  void withoutAHeldOutFolderNamesDecide() {
    // python3: int.from_bytes(hashlib.sha256(b"cat/4.png").digest()[:4], "big") % 5 == 0
    assertEquals(
        List.of(4, 13, 14, 18),
        IntStream.range(0, 20)
            .filter(i -> ImageFolder.isHeldOut("cat/" + i + ".png"))
            .boxed()
            .toList());
    for (int i = 0; i < 20; i++) {
      png("train/cat/" + i + ".png", i);
    }
    ImageDataset data = load(NAME, folder);
    int heldOut = data.evaluate().size();
    assertEquals(20, data.train().size() + heldOut);
    assertEquals(4, heldOut);
    png("train/b/0.png", 99);
    ImageDataset more = load(NAME, folder);
    int added = ImageFolder.isHeldOut("b/0.png") ? 1 : 0;
    assertEquals(heldOut + added, more.evaluate().size(), "no other picture changes sides");
    long share =
        IntStream.range(0, 10_000).filter(i -> ImageFolder.isHeldOut("x/" + i + ".jpg")).count();
    assertTrue(Math.abs(share - 2000) < 200, () -> "of 10,000: " + share);
  }

  @Test
  void oneOrThreeChannels() {
    png("train/a/1.png", 1);
    png("val/a/2.png", 2);
    ImageDataset grey =
        Datasets.load(DatasetRequest.all(NAME).at(folder).pictures(16, 1), Path.of("unused"));
    assertEquals(new ImageShape(16, 16, 1), grey.shape());
  }

  @Test
  void aLinkedFolderIsFollowedAndALoopIsRefused(@TempDir Path elsewhere) throws IOException {
    write(elsewhere.resolve("1.png"), PictureFixtures.png(8, 8, 1));
    png("train/b/1.png", 2);
    png("val/b/1.png", 3);
    Files.createSymbolicLink(folder.resolve("train/a"), elsewhere);
    assertEquals(List.of("a", "b"), load(NAME, folder).labelNames());
    Files.createSymbolicLink(folder.resolve("train/b/again"), folder.resolve("train"));
    assertEquals(
        folder + ": train/b/again is a link to a folder that it lies in: remove the link",
        refusal(() -> load(NAME, folder)));
  }

  @Test
  void aLinkToNowhereIsRefusedAsAFile() throws IOException {
    png("train/a/1.png", 1);
    png("val/a/1.png", 1);
    Files.createSymbolicLink(folder.resolve("train/a/2.png"), folder.resolve("nowhere"));
    assertEquals(
        folder + ": train/a/2.png is no file, or a link to nowhere: take it out",
        refusal(() -> load(NAME, folder)));
  }

  @Test
  void hostileNamesStayOnTheirLine() {
    png("train/a\u001b[31m/1\n2.png", 1);
    write(folder.resolve("train/a\u001b[31m/b\nc.png"), new byte[0]);
    png("val/a\u001b[31m/1.png", 2);
    String message = refusal(() -> load(NAME, folder));
    assertEquals(
        folder + ": train/a?[31m/b?c.png is empty: fetch it again, or take it out", message);
    png("train/a\u001b[31m/b\nc.png", 1);
    assertEquals(List.of("a?[31m"), load(NAME, folder).labelNames());
  }

  @Test
  void tooDeepFoldersAreRefused() {
    png("train/a/" + "x/".repeat(20) + "1.png", 1);
    String message = refusal(() -> load(NAME, folder));
    assertTrue(message.endsWith(" is nested more than 16 folders deep: move it up"), message);
  }

  @Test
  void whatIsNotSortedIntoClassesIsRefused() {
    assertEquals(
        String.join(
            System.lineSeparator(),
            "image-folder was not found; looked at",
            "  " + folder.resolve("train"),
            "Set dataset.path to a folder that holds the pictures as train/CLASS/*.png (or .jpg,"
                + " .jpeg, .bmp)."),
        refusal(() -> load(NAME, folder)));
    write(folder.resolve("train/a/1.gif"), new byte[1]);
    assertEquals(
        folder
            + ": train holds no picture (it holds train/a/1.gif): expected CLASS/*.png, .jpg,"
            + " .jpeg or .bmp",
        refusal(() -> load(NAME, folder)));
    png("train/a/1.png", 1);
    assertEquals(
        folder
            + ": train has 1 pictures, too few to hold a fifth out: add more, or the held-out ones"
            + " in evaluate",
        refusal(() -> load(NAME, folder)));
    png("test/b/1.png", 1);
    assertEquals(
        folder
            + ": test/b/1.png is of the class 'b', of which train has no picture: add some, or take"
            + " it out",
        refusal(() -> load(NAME, folder)));
    png("train/2.png", 1);
    assertEquals(
        folder + ": train/2.png is in no class: move it to train/CLASS/2.png",
        refusal(() -> load(NAME, folder)));
  }

  @Test
  void theCheckerKnowsIt() {
    png("train/a/1.png", 1);
    png("train/b/1.png", 2);
    png("val/a/2.png", 3);
    CheckReport report = DatasetChecker.check(folder);
    assertEquals(List.of(NAME), report.datasets());
    assertEquals(CheckReport.Publication.NOT_COMPARABLE, report.publication());
    assertEquals(new CheckReport.SplitReport(2, 1, 1), report.train());
    assertFalse(report.contentHash().isEmpty());
    assertEquals(
        new ImageShape(8, 8, 3),
        DatasetChecker.check(folder, OptionalInt.of(8), OptionalInt.empty(), LoadProgress.NONE)
            .shape());
  }

  private void png(String name, long seed) {
    write(folder.resolve(name), PictureFixtures.png(20, 12, seed));
  }

  private static List<Integer> counts(ImageSplit split, int classes) {
    return IntStream.of(split.countsByLabel(classes)).boxed().toList();
  }
}
