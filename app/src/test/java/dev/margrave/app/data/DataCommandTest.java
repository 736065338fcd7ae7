package dev.margrave.app.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.workers.data.Datasets;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
  @TempDir Path folder;

  @Test
  void theListNamesEveryDataSet() throws IOException {
    Cli.Said said = Cli.in(folder).run("data", "list");
    assertEquals(ExitCode.DONE, said.exitCode());
    Datasets.names().forEach(name -> assertTrue(said.out().contains("\n" + name + " "), name));
    assertTrue(said.out().lines().allMatch(line -> line.length() <= 120), said.out());
    JsonNode json = new ObjectMapper().readTree(Cli.in(folder).run("data", "list", "--json").out());
    assertEquals(Datasets.names().size(), json.size());
    assertEquals("shapes", json.get(0).get("name").textValue());
    assertTrue(json.get(0).get("folder").isNull());
  }

  @Test
  void whatIsBuiltInNeedsNoFetching() {
    Cli.Said said = Cli.in(folder).run("data", "fetch", "shapes");
    assertEquals(ExitCode.DONE, said.exitCode());
    assertEquals("shapes is built in: there is nothing to fetch.\n", said.out());
  }

  @Test
  void onesOwnPicturesNeedNoFetching() {
    Cli.Said said = Cli.in(folder).run("data", "fetch", "image-folder");
    assertEquals(ExitCode.DONE, said.exitCode());
    assertEquals(
        "image-folder is your own: there is nothing to fetch; set dataset.path to its folder.\n",
        said.out());
    String list = Cli.in(folder).run("data", "list").out();
    assertTrue(list.lines().anyMatch(line -> line.matches("image-folder .* your own .*")), list);
    assertTrue(
        list.lines().anyMatch(line -> line.matches("tiny-imagenet-200 .*248 MB .*to fetch .*")),
        list);
  }

  @Test
  void aFolderOfPicturesIsRecognisedAndBroughtToSize() throws IOException {
    for (String name : new String[] {"train/a/1.png", "train/b/2.png", "val/a/3.png"}) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      BufferedImage image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
      image.setRGB(7, 7, name.hashCode());
      ImageIO.write(image, "png", file.toFile());
    }
    Cli.Said said = Cli.plain().run("data", "check", "--size", "16", "--channels", "1", folder);
    assertEquals(ExitCode.DONE, said.exitCode(), said.err());
    assertTrue(said.out().startsWith(folder + ": image-folder, whole\n"), said.out());
    assertTrue(said.out().contains("16x16x1, 2 classes"), said.out());
    assertTrue(Cli.plain().run("data", "check", folder).out().contains("64x64x3"));
    Cli.Said odd = Cli.plain().run("data", "check", "--size", "4", folder);
    assertEquals(ExitCode.BAD_INPUT, odd.exitCode());
    assertEquals("margrave: dataset.size = 4: 8 to 256 pixels are wanted\n", odd.err());
  }

  @Test
  void anUnknownNameIsRefusedWithASuggestion() {
    Cli.Said said = Cli.in(folder).run("data", "fetch", "cifar1000");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals(
        "margrave: no data set is called 'cifar1000'; did you mean 'cifar100'?\n", said.err());
  }

  @Test
  void aFolderOfCifarIsRecognised() throws IOException {
    for (String file : new String[] {"train.bin", "test.bin"}) {
      try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
        for (int record = 0; record < 20; record++) {
          byte[] bytes = new byte[2 + 3072];
          bytes[0] = (byte) record;
          bytes[1] = (byte) (5 * record);
          bytes[2] = (byte) (file.length() + record);
          out.write(bytes);
        }
      }
    }
    Cli.Said said = Cli.plain().run("data", "check", folder);
    assertEquals(ExitCode.DONE, said.exitCode(), said.err());
    assertTrue(said.out().startsWith(folder + ": cifar100, whole\n"), said.out());
    assertTrue(said.out().contains("20 images, 0 to 1 per class"), said.out());
    JsonNode json =
        new ObjectMapper().readTree(Cli.plain().run("data", "check", folder, "--json").out());
    assertEquals(20, json.get("train").get("images").intValue());
    assertEquals(64, json.get("contentHash").textValue().length());
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "nothing");
    Cli.Said said = Cli.plain().run("data", "check", folder);
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(said.err().contains("holds no data set that is known"), said.err());
    Cli.Said missing = Cli.plain().run("data", "check", folder.resolve("missing"));
    assertEquals(ExitCode.BAD_INPUT, missing.exitCode());
    assertEquals(
        "margrave: " + folder.resolve("missing") + ": there is no such file or directory\n",
        missing.err());
  }

  @Test
  void aSubcommandIsWanted() {
    Cli.Said said = Cli.plain().run("data");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals(
        """
        margrave: data: list, fetch NAME or check PATH is wanted
        See 'margrave data --help'.
        """,
        said.err());
  }
}
