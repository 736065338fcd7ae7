package dev.margrave.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.app.TinyExperiment;
import dev.margrave.app.UserException;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything starts. */
class RunCommandTest {
  @TempDir Path folder;

  @Test
  void aBadFileIsRefusedWithEveryProblem() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("bad.conf"),
            """
            experiment {
              name = bad
              dataset { name = shapes, train = 100, evaluate = none }
              training { epoch = 3 }
            }
            """);
    Cli.Said said = Cli.in(folder).run("run", file);
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals("", said.out());
    assertEquals(
        """
        margrave: the experiment has 2 problems:
          %s:3: experiment.dataset.evaluate is none; a whole number of at least 2 is wanted
          %s:4: unknown key 'experiment.training.epoch'; did you mean 'epochs'?
        """
            .formatted(file, file),
        said.err());
    assertFalse(Files.exists(folder.resolve("journal")));
  }

  @Test
  void dataThatIsNotThereIsRefusedWithTheMend() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("cifar.conf"),
            "experiment { name = c, dataset { name = cifar100, train = 1000, evaluate = 500 } }");
    Cli.Said said = Cli.in(folder).run("run", file);
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(said.err().contains("cifar100 was not found; looked at"), said.err());
    assertTrue(said.err().contains("margrave data fetch cifar100"), said.err());
    Cli.Said elsewhere =
        Cli.in(folder).run("run", file, "--set", "dataset.path=" + folder.resolve("no"));
    assertEquals(ExitCode.BAD_INPUT, elsewhere.exitCode());
    assertTrue(elsewhere.err().contains("dataset.path = " + folder.resolve("no")));
  }

  @Test
  void aDataDirectoryThatCannotBeMadeIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    Cli.Said said = Cli.in(file.resolve("data")).run("run", TinyExperiment.write(folder));
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(
        said.err().startsWith("margrave: data directory " + file.resolve("data")), said.err());
    assertTrue(said.err().contains("--data-dir"), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
  }

  @Test
  void graphicsCardsAreRefused() throws IOException {
    Cli.Said said =
        Cli.in(folder).run("run", TinyExperiment.write(folder), "--set", "resources.gpus=1");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals(
        "margrave: experiment.resources.gpus is 1: this engine trains on CPUs; set it to 0\n",
        said.err().replace("\r", ""));
    assertFalse(Files.exists(folder.resolve("journal")));
  }

  @Test
  void slotsComeFromTheSettings() {
    Config usual = ConfigFactory.parseString("margrave.worker.slots = 0");
    assertEquals(
        Math.min(8, Runtime.getRuntime().availableProcessors()), StandaloneRun.slots(usual));
    assertEquals(3, StandaloneRun.slots(ConfigFactory.parseString("margrave.worker.slots = 3")));
    assertEquals(8, StandaloneRun.slots(ConfigFactory.parseString("margrave.worker.slots = 99")));
    assertEquals(
        99, StandaloneRun.wantedSlots(ConfigFactory.parseString("margrave.worker.slots = 99")));
    UserException refused =
        assertThrows(
            UserException.class,
            () -> StandaloneRun.slots(ConfigFactory.parseString("margrave.worker.slots = -1")));
    assertEquals(
        "margrave.worker.slots is -1; 0, for one per core, or more is wanted",
        refused.getMessage());
  }

  @Test
  void aReportFolderThatCannotBeMadeIsRefusedBeforeTheRun() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    Cli.Said said =
        Cli.in(folder).run("run", TinyExperiment.write(folder), "--out", file.resolve("report"));
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(said.err().startsWith("margrave: --out " + file.resolve("report")), said.err());
  }

  @Test
  void theBudgetScalesTheQuickstart() {
    ExperimentSpec usual =
        SpecLoader.parse(
            "usual.conf",
            "experiment { name = q, dataset { name = shapes, train = 1000, evaluate = 500 } }",
            List.of("training.epochs=6"));
    assertEquals(List.of(), Budget.overrides(usual, 180));
    assertEquals(List.of("training.epochs=2", "name=q-80s"), Budget.overrides(usual, 80));
    assertEquals(List.of("training.epochs=1", "name=q-60s"), Budget.overrides(usual, 60));
    assertEquals(List.of("training.epochs=12", "name=q-330s"), Budget.overrides(usual, 330));
  }

  @Test
  void aBudgetOutOfRangeIsRefused() {
    Cli.Said said = Cli.in(folder).run("quickstart", "--seconds-budget", "5");
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertTrue(
        said.err().startsWith("margrave: --seconds-budget 5: 60 to 3600 seconds are wanted"),
        said.err());
  }
}
