package dev.margrave.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.workers.vae.CheckpointFile;
import dev.margrave.workers.vae.engine.EngineState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on picture files, every arm against each teacher of a fixed set. */
class PicturesRunTest {
  private static final List<String> ARMS =
      List.of("full", "ablation", "rescue", "collapse", "rescue-from-collapse");

  @TempDir Path folder;

  /** 64 x 64 pixels of three colours, with the convolutions that halve it to 4 x 4. */
  @Test
  void aFolderOfPicturesAtTheirFullSize() throws IOException {
    pictures(folder.resolve("my pictures"));
    Path experiment =
        Files.writeString(
            folder.resolve("folder.conf"),
            """
            experiment {
              name = folder
              dataset { name = image-folder, path = "my pictures", train = 64, evaluate = 32 }
              teacher { mode = fixed, teacher-seeds = [11, 12], components = [3], pca = [4] }
              vae { latent = 8, channels = [8, 8, 8, 8] }
              training { epochs = 1, batch = 16 }
              arms = [full, ablation]
            }
            """);
    Path dataDirectory = folder.resolve("data");
    Cli.Said said = Cli.in(dataDirectory).run("run", experiment, "--no-page");
    finished(said);
    assertCells(
        said, dataDirectory.resolve("experiments/folder"), List.of(11, 12), ARMS.subList(0, 2));
    Path run = dataDirectory.resolve("experiments/folder");
    String spec = Files.readString(run.resolve("spec.conf"));
    assertTrue(spec.contains("dataset.name = image-folder"), spec);
    JsonNode labels = json(run.resolve("teacher-11/confusion.json")).get("labels");
    assertEquals(List.of("dark", "light"), texts(labels));
    assertEquals(
        "VERIFIED", Cli.plain().run("verify", run).out().substring(0, "VERIFIED".length()));
    // Four convolutions that halve 64 pixels leave 4 x 4 x 8 features, of 32 they would leave 2 x 2
    // x 8.
    JsonNode full =
        json(run.resolve("evidence.json")).at("/arms/0/result/checkpoint/artefact/path");
    Path checkpoint = dataDirectory.resolve("experiments").resolve(full.asText());
    assertEquals(
        4 * 4 * 8 * 8,
        CheckpointFile.read(checkpoint)
            .engine()
            .tensor(EngineState.WEIGHT + "mean.weights")
            .values()
            .length);
  }

  /** On the real archive: three teachers, then every arm against each. */
  @Test
  void tinyImageNetAgainstThreeTeachers() throws IOException {
    Path archive = realArchive();
    Path experiment =
        Files.writeString(
            folder.resolve("tiny-imagenet.conf"),
            """
            experiment {
              name = tiny-imagenet
              dataset { name = tiny-imagenet-200, train = 400, evaluate = 200, size = 32 }
              teacher { mode = fixed, teacher-seeds = [11, 12, 13], components = [8], pca = [16] }
              vae { latent = 16, channels = [8, 16, 32] }
              training { epochs = 1, batch = 32 }
              collapse { maximum-epochs = 1 }
              arms = [full, ablation, rescue, collapse, rescue-from-collapse]
            }
            """);
    Path dataDirectory = folder.resolve("data");
    Cli.Said said =
        Cli.in(dataDirectory)
            .run("run", experiment, "--no-page", "--set", "dataset.path=" + archive);
    finished(said);
    Path run = dataDirectory.resolve("experiments/tiny-imagenet");
    assertCells(said, run, List.of(11, 12, 13), ARMS);
    assertEquals(200, json(run.resolve("teacher-13/confusion.json")).get("labels").size());
  }

  private static void finished(Cli.Said said) {
    assertTrue(
        said.exitCode() == ExitCode.DONE || said.exitCode() == ExitCode.NOT_SHOWN,
        () -> said.err() + said.out());
    assertEquals("", said.err());
  }

  /** Each teacher was found, then each arm ran against it, and has its row. */
  private static void assertCells(
      Cli.Said said, Path run, List<Integer> teachers, List<String> arms) throws IOException {
    List<String> wanted = new ArrayList<>();
    for (int teacher : teachers) {
      int found = said.out().indexOf("teacher-" + teacher + " done: ");
      assertTrue(found >= 0, said.out());
      for (String arm : arms) {
        String stage = arm + "-0-t" + teacher;
        assertTrue(said.out().indexOf(stage + " done: ") > found, stage + " in " + said.out());
        assertTrue(Files.exists(run.resolve(stage).resolve("samples.png")), stage);
        wanted.add(arm + " 0 " + teacher);
      }
    }
    JsonNode results = json(run.resolve("results.json"));
    List<String> rows = new ArrayList<>();
    for (JsonNode row : results.get("arms")) {
      rows.add(
          row.get("arm").textValue()
              + " "
              + row.get("seed").asText()
              + " "
              + row.get("teacherSeed").asText());
      assertTrue(row.get("teacherInformationNats").doubleValue() > 0, row::toString);
    }
    wanted.sort(null);
    rows.sort(null);
    assertEquals(wanted, rows);
    for (JsonNode gate : results.get("gates")) {
      assertTrue(teachers.contains(gate.get("teacherSeed").intValue()), gate::toString);
    }
  }

  /** Two classes of 48 and 24 pictures of 64 x 64. */
  private static Path pictures(Path root) throws IOException {
    Random random = new Random(20261123);
    for (String split : List.of("train", "evaluate")) {
      for (String label : List.of("dark", "light")) {
        Path into = Files.createDirectories(root.resolve(split).resolve(label));
        for (int i = 0; i < (split.equals("train") ? 48 : 24); i++) {
          ImageIO.write(
              picture(random, label.equals("dark") ? 0 : 128),
              "png",
              into.resolve(i + ".png").toFile());
        }
      }
    }
    return root;
  }

  private static BufferedImage picture(Random random, int least) {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    int[] tint = random.ints(3, least, least + 100).toArray();
    int slope = random.nextInt(3);
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 64; x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          int value = tint[channel] + (slope == channel ? x : y) / 3 + random.nextInt(8);
          rgb = (rgb << 8) | Math.min(255, value);
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static Path realArchive() {
    String set = System.getenv("MARGRAVE_TEST_DATA");
    Path found = set == null ? null : Path.of(set);
    for (Path at = Path.of("").toAbsolutePath(); found == null && at != null; at = at.getParent()) {
      Path data = at.resolve("shared").resolve("data");
      found = Files.isDirectory(data) ? data : null;
    }
    Path archive = found == null ? Path.of("absent") : found.resolve("tiny-imagenet-200.zip");
    Assumptions.assumeTrue(
        Files.exists(archive),
        "skipped: no tiny-imagenet-200.zip; set MARGRAVE_TEST_DATA to the directory that has it");
    return archive;
  }
}
