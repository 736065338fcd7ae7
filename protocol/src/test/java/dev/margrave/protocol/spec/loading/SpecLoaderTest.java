package dev.margrave.protocol.spec.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.AutomaticRescueSpec;
import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.protocol.spec.CollapseSpec;
import dev.margrave.protocol.spec.DatasetSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.Interval;
import dev.margrave.protocol.spec.MarginGuardSpec;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.protocol.spec.ResourceSpec;
import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.protocol.spec.TrainingSpec;
import dev.margrave.protocol.spec.VaeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecLoaderTest {
  private static final String MINIMAL =
      """
      experiment {
        name = small
        dataset { name = shapes, train = 1000, evaluate = 500 }
      }
      """;

  @TempDir Path folder;

  @Test
  void whatAFileLeavesOutComesFromTheDefaults() {
    ExperimentSpec expected =
        new ExperimentSpec(
            "small",
            new DatasetSpec(
                "shapes", Optional.empty(), 1000, 500, Optional.empty(), Optional.empty()),
            List.of(0L),
            new TeacherSpec(
                TeacherSpec.Mode.PER_SEED,
                List.of(),
                List.of(32),
                List.of(64),
                List.of(TeacherSpec.Covariance.DIAGONAL),
                List.of(2.0),
                0.01),
            new VaeSpec(
                128,
                List.of(32, 64, 128),
                1,
                VaeSpec.Likelihood.BERNOULLI,
                VaeSpec.Witness.LINEAR,
                VaeSpec.WitnessInit.BOUNDARY),
            new AlignmentSpec(100, 0.05, 0.95, 4),
            new TrainingSpec(
                8,
                Map.of(),
                128,
                1e-3,
                new Interval(1, Interval.Unit.EPOCH),
                Duration.ofSeconds(60)),
            new CollapseSpec(0.1, new Interval(0.25, Interval.Unit.EPOCH), 1e6, 8),
            new RescueSpec(0.01, 0.05),
            List.of(
                Arm.FULL,
                Arm.ABLATION,
                Arm.RESCUE,
                Arm.DRIFT,
                Arm.COLLAPSE,
                Arm.RESCUE_FROM_COLLAPSE),
            new ResourceSpec(0, 0, 3));
    assertEquals(expected, SpecLoader.parse("small.conf", MINIMAL, List.of()));
  }

  @Test
  void everyKeyCanBeSet() throws IOException {
    Path file = write(Specs.EVERY_KEY);
    ExperimentSpec expected =
        new ExperimentSpec(
            "every-key",
            new DatasetSpec(
                "image-folder",
                Optional.of(folder.resolve("images").toString()),
                2000,
                700,
                Optional.of(48),
                Optional.of(1)),
            List.of(3L, 5L),
            new TeacherSpec(
                TeacherSpec.Mode.FIXED,
                List.of(11L, 12L),
                List.of(8, 16),
                List.of(10, 20),
                List.of(TeacherSpec.Covariance.FULL, TeacherSpec.Covariance.DIAGONAL),
                List.of(1.0, 1.5),
                0.02),
            new VaeSpec(
                16,
                List.of(8, 8),
                2.5,
                VaeSpec.Likelihood.GAUSSIAN,
                VaeSpec.Witness.LINEAR,
                VaeSpec.WitnessInit.RANDOM),
            new AlignmentSpec(10, 0.1, 0.99, 2, new MarginGuardSpec(true, 0.3, 1.5, 500, 300)),
            new TrainingSpec(
                3,
                Map.of(Arm.DRIFT, 6, Arm.RESCUE, 2),
                64,
                2e-4,
                new Interval(200, Interval.Unit.STEP),
                Optional.of(TrainingSpec.Precision.BFLOAT16),
                Duration.ofMillis(1500)),
            new CollapseSpec(0.2, new Interval(50, Interval.Unit.STEP), 1e4, 5),
            new RescueSpec(0.002, 0.003, new AutomaticRescueSpec(true, 4, 2)),
            List.of(Arm.RESCUE, Arm.ABLATION, Arm.BASELINE_GECO),
            new ResourceSpec(1, -2, 5, 2, 3L << 30, "libtorch", "8.0"),
            Optional.of(
                new BaselinesSpec(
                    new BaselinesSpec.KlAnnealing(new Interval(30, Interval.Unit.STEP)),
                    new BaselinesSpec.CyclicalAnnealing(3, 0.25),
                    new BaselinesSpec.FreeBits(0.5, 4),
                    new BaselinesSpec.InfoVae(0.5, 10, 2),
                    new BaselinesSpec.BnVae(0.7, 0.2),
                    new BaselinesSpec.LaggingInference(20, 4, 2, 300),
                    new BaselinesSpec.Geco(0.02, 0.9, 0.1, 0.01, 100))));
    assertEquals(expected, SpecLoader.load(file, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arms=[full, ablation, baseline-geco]|experiment.arms has baseline-geco, whose objective trainer.command cannot be told; leave it out",
        "alignment.guard.enabled=true|experiment.trainer cannot go with alignment.guard or rescue.automatic, which steer an engine; disable them"
      })
  void aTrainerCannotDoWhatSteersAnEngine(String setting, String message) throws IOException {
    Path file = write(MINIMAL + "experiment.trainer.command = [a]\n");
    SpecException refused =
        assertThrows(SpecException.class, () -> SpecLoader.load(file, List.of(setting)));
    assertTrue(refused.getMessage().contains(message), refused::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name = 'a b'|experiment.name is ''a b''; 1 to 100 letters, digits, '.', '-' or '_' are wanted, a letter or digit first",
        "dataset.name = cifar1000|experiment.dataset.name cannot be cifar1000; did you mean 'cifar100'?",
        "dataset.train = 1|experiment.dataset.train is 1; a whole number of at least 2 is wanted",
        "dataset.train = 3e9|experiment.dataset.train is 3000000000; a whole number of at least 2 and at most 2147483647 is wanted",
        "dataset.size = 32|experiment.dataset.size is for tiny-imagenet-200 and image-folder; shapes has its own, leave it out",
        "dataset.channels = 3|experiment.dataset.channels is for tiny-imagenet-200 and image-folder; shapes has its own, leave it out",
        "dataset { name = image-folder, size = 7 }|experiment.dataset.size is 7; a whole number of at least 8 and at most 256 is wanted",
        "dataset { name = image-folder, size = large }|experiment.dataset.size is large; a whole number of at least 8 and at most 256 is wanted",
        "dataset { name = image-folder, size = 36 }|experiment.dataset.size is 36, which the 3 vae.channels cannot halve 3 times; give a multiple of 8",
        "dataset { name = image-folder, channels = 2 }|experiment.dataset.channels is 2; 1, grey, or 3, colour, is wanted",
        "dataset { name = image-folder, channels = 4 }|experiment.dataset.channels is 4; a whole number of at least 1 and at most 3 is wanted",
        "dataset { name = image-folder, siz = 32 }|unknown key 'experiment.dataset.siz'; did you mean 'size'?",
        "dataset.name = imagefolder|experiment.dataset.name cannot be imagefolder; did you mean 'image-folder'?",
        "seeds = []|experiment.seeds is []; at least one entry is wanted",
        "seeds = [1, 2, 1]|experiment.seeds names 1 twice; each may stand there once",
        "seeds = [-1]|experiment.seeds is -1; a whole number of at least 0 and at most 9007199254740992 is wanted",
        "seeds = 4|experiment.seeds is 4; a list is wanted, as [4]",
        "teacher.mode = fixed|experiment.teacher.mode is fixed, but no teacher is named; add teacher-seeds = [11], or more seeds",
        "teacher.teacher-seeds = [1]|experiment.teacher.teacher-seeds are for the mode fixed; set mode = fixed or leave teacher-seeds out",
        "teacher.components = [1]|experiment.teacher.components is 1; a whole number of at least 2 and at most 4096 is wanted",
        "teacher.components = [2000]|experiment.teacher.components has 2000, more than dataset.train = 1000 images; lower the one or raise the other",
        "teacher.covariance = [diag]|experiment.teacher.covariance cannot be diag; known are: diagonal, full",
        "teacher.covariance = [ful]|experiment.teacher.covariance cannot be ful; did you mean 'full'?",
        "teacher.temperature = [0]|experiment.teacher.temperature is 0; a number above 0 is wanted",
        "teacher.floor = 1|experiment.teacher.floor is 1; a number above 0 and below 1 is wanted",
        "vae.latent = 12.5|experiment.vae.latent is 12.5; a whole number of at least 1 and at most 65536 is wanted",
        "vae.channels = [8,8,8,8,8,8]|experiment.vae.channels has 6 entries; at most 5 are wanted",
        "vae.beta = -1|experiment.vae.beta is -1; a number of at least 0 is wanted",
        "vae.likelihood = Bernouli|experiment.vae.likelihood cannot be Bernouli; did you mean 'bernoulli'?",
        "vae = 3|experiment.vae is 3; a section { ... } is wanted",
        "alignment.weight = much|experiment.alignment.weight is much; a number above 0 is wanted",
        "alignment.confidence = NaN|experiment.alignment.confidence is NaN; a number of at least 0.5 and below 1 is wanted",
        "alignment.weight = 1e400|experiment.alignment.weight is Infinity; a number above 0 is wanted",
        "alignment.guard.enabled = yes|experiment.alignment.guard.enabled is yes; true or false is wanted",
        "alignment.guard.band = 0|experiment.alignment.guard.band is 0; a number above 0 is wanted",
        "alignment.guard.factor = 1|experiment.alignment.guard.factor is 1; a number above 1 is wanted",
        "alignment.guard.images = 1|experiment.alignment.guard.images is 1; a whole number of at least 2 and at most 1000000000 is wanted",
        "alignment.guard.bend = 1|unknown key 'experiment.alignment.guard.bend'; did you mean 'band'?",
        "alignment.guard = { enabled = true, maximum-weight = 99 }|experiment.alignment.guard.maximum-weight is 99, less than alignment.weight = 100; raise the one or lower the other",
        "vae.witness = simplx|experiment.vae.witness cannot be simplx; did you mean 'simplex'?",
        "vae = { witness = simplex, latent = 30 }|experiment.vae.latent is 30, but the simplex witness of teacher.components = 32 needs 31; raise it, lower teacher.components, or set witness = linear",
        "vae = { witness = simplex, witness-init = boundary }|experiment.vae.witness-init is for the linear witness, a simplex has no weights; leave it out, or set witness = linear",
        "training.epochs = null|experiment.training.epochs is null; a whole number of at least 1 and at most 1000000 is wanted",
        "training.epochs = [1]|experiment.training.epochs is [1]; a whole number of at least 1 and at most 1000000 is wanted",
        "training.batch = 1001|experiment.training.batch is 1001, more than dataset.train = 1000 images; lower the one or raise the other",
        "training.evaluate-every = 2|experiment.training.evaluate-every is 2; a distance above 0 is wanted, as '1 epoch', '0.5 epochs' or '200 steps'",
        "training.evaluate-every = 0 epochs|experiment.training.evaluate-every is 0 epochs; a distance above 0 is wanted, as '1 epoch', '0.5 epochs' or '200 steps'",
        "training.checkpoint-every = 60|experiment.training.checkpoint-every is 60; a time above 0 is wanted, as '60 s' or '5 minutes'",
        "training.arm-epochs.drifd = 3|unknown key 'experiment.training.arm-epochs.drifd'; did you mean 'drift'?",
        "training.arm-epochs.collapse = 3|experiment.training.arm-epochs.collapse cannot be set; the collapse arm's limit is collapse.maximum-epochs",
        "training.learning_rate = 1|unknown key 'experiment.training.learning_rate'; did you mean 'learning-rate'?",
        "arms = [full, ablaton]|experiment.arms cannot be ablaton; did you mean 'ablation'?",
        "arms = [rescue]|experiment.arms has 'rescue', which starts from 'ablation'; add 'ablation', or leave 'rescue' out",
        "arms = [full, full]|experiment.arms names full twice; each may stand there once",
        "resources.max-attempts = 0|experiment.resources.max-attempts is 0; a whole number of at least 1 and at most 100 is wanted",
        "collapse.kl-target = 0|experiment.collapse.kl-target is 0; a number above 0 is wanted",
        "trainer.command = python3|experiment.trainer.command is python3; a list is wanted, as [python3]",
        "trainer { command = [a], grace = 0 s }|experiment.trainer.grace is 0 s; a time above 0 is wanted, as '60 s' or '5 minutes'",
        "resources.engine = tensorflow|experiment.resources.engine cannot be tensorflow; known are: any, nd4j, libtorch",
        "resources.compute-capability = new|experiment.resources.compute-capability is 'new'; a GPU's major and minor number is wanted, as \"8.0\"",
        "resources.compute-capability = 8.6|experiment.resources.compute-capability is 8.6, of GPUs, and resources.gpus is 0; ask for one, or leave this out",
        "resources.max-parallel = -1|experiment.resources.max-parallel is -1; a whole number of at least 0 and at most 1000000 is wanted",
        "resources.memory = lots|experiment.resources.memory is lots; an amount of memory is wanted, as '4 GiB' or '500 MB'",
        "rescue.automatic.enabled = maybe|experiment.rescue.automatic.enabled is maybe; true or false is wanted",
        "rescue.automatic.evaluations = 0|experiment.rescue.automatic.evaluations is 0; a whole number of at least 1 and at most 1000 is wanted",
        "rescue.automatic.maximum = 0|experiment.rescue.automatic.maximum is 0; a whole number of at least 1 and at most 100 is wanted",
        "rescue.code-gradient-floor = -1|experiment.rescue.code-gradient-floor is -1; a number of at least 0 is wanted",
        "baselines.geco.smoothing = 1|experiment.baselines.geco.smoothing is 1; a number of at least 0 and below 1 is wanted",
        "baselines.geco.least-multiplier = 2|experiment.baselines.geco.least-multiplier is 2; a number above 0 and at most 1 is wanted",
        "baselines.geco.largest-multiplier = 0.5|experiment.baselines.geco.largest-multiplier is 0.5; a number of at least 1 is wanted",
        "baselines.geco.tolerence = 1|unknown key 'experiment.baselines.geco.tolerence'; did you mean 'tolerance'?",
        "baselines.gecko = {}|unknown key 'experiment.baselines.gecko'; did you mean 'geco'?",
        "baselines.info-vae.alpha = 2|experiment.baselines.info-vae.alpha is 2; a number of at least 0 and at most 1 is wanted",
        "baselines.info-vae.weight = 0.5|experiment.baselines.info-vae.weight is 0.5; a number of at least 1 is wanted",
        "baselines.info-vae.kernel-scale = 0|experiment.baselines.info-vae.kernel-scale is 0; a number above 0 is wanted",
        "baselines.bn-vae.gamma = 0|experiment.baselines.bn-vae.gamma is 0; a number above 0 is wanted",
        "baselines.bn-vae.momentum = 0|experiment.baselines.bn-vae.momentum is 0; a number above 0 and at most 1 is wanted",
        "baselines.cyclical-annealing.cycles = 0|experiment.baselines.cyclical-annealing.cycles is 0; a whole number of at least 1 and at most 1000000 is wanted",
        "baselines.cyclical-annealing.ramp = 1.5|experiment.baselines.cyclical-annealing.ramp is 1.5; a number above 0 and at most 1 is wanted",
        "baselines.free-bits.floor = -1|experiment.baselines.free-bits.floor is -1; a number of at least 0 is wanted",
        "baselines.kl-annealing.over = 3|experiment.baselines.kl-annealing.over is 3; a distance above 0 is wanted, as '1 epoch', '0.5 epochs' or '200 steps'",
        "baselines.lagging-inference.check-every = 0|experiment.baselines.lagging-inference.check-every is 0; a whole number of at least 1 and at most 65535 is wanted",
        "treacher = {}|unknown key 'experiment.treacher'; did you mean 'teacher'?",
        "foo.bar = 1|unknown key 'experiment.foo'; known are: alignment, arms, baselines, collapse, dataset, name, rescue, resources, seeds, teacher, trainer, training, vae",
      })
  void aBadLineIsNamedWithItsMend(String line, String message) throws IOException {
    Path file = write(MINIMAL + "experiment." + line.replace("'a b'", "\"'a b'\"") + "\n");
    SpecException refused =
        assertThrows(SpecException.class, () -> SpecLoader.load(file, List.of()));
    assertEquals(
        List.of(new SpecProblem(file + ":5", message)),
        refused.problems(),
        "problems of the line " + line);
  }

  @Test
  void freeBitsInGroupsThatDoNotDivideTheCodeAreRefusedWhereTheyAreUsed() throws IOException {
    String text = MINIMAL + "experiment.baselines.free-bits.group-size = 3\n";
    assertTrue(SpecLoader.load(write(text), List.of()).baselines().isEmpty());
    SpecException refused =
        assertThrows(
            SpecException.class,
            () -> SpecLoader.load(write(text), List.of("arms=[baseline-free-bits]")));
    assertEquals(
        "experiment.baselines.free-bits.group-size is 3, which does not divide vae.latent = 128;"
            + " change the one or the other",
        refused.problems().get(0).what());
  }

  @Test
  void theBaselinesDefaultsAreTheDocumentedOnes() {
    assertEquals(
        new BaselinesSpec(
            new BaselinesSpec.KlAnnealing(new Interval(4, Interval.Unit.EPOCH)),
            new BaselinesSpec.CyclicalAnnealing(4, 0.5),
            new BaselinesSpec.FreeBits(0.25, 1),
            new BaselinesSpec.InfoVae(1, 1000, 1),
            new BaselinesSpec.BnVae(0.5, 0.1),
            new BaselinesSpec.LaggingInference(100, 10, 5, 1000),
            new BaselinesSpec.Geco(0.05, 0.99, 0.01, 1e-3, 1e3)),
        SpecLoader.parse("small.conf", MINIMAL, List.of("arms=[baseline-vanilla]"))
            .baselines()
            .orElseThrow());
  }

  @Test
  void aSimplexNeedsOneDimensionLessThanComponents() {
    ExperimentSpec spec =
        SpecLoader.parse(
            "small.conf",
            MINIMAL,
            List.of("vae.witness=simplex", "vae.latent=31", "teacher.components=[8, 32]"));
    assertEquals(VaeSpec.Witness.SIMPLEX, spec.vae().witness());
    assertEquals(VaeSpec.WitnessInit.BOUNDARY, spec.vae().witnessInit());
  }

  @Test
  void allThatIsWrongIsSaidTogether() throws IOException {
    Path file =
        write(
            """
            experiment {
              dataset { name = shapes, train = many }
              training {
                epoch = 3
                batch = 0
              }
              arms = [rescue, fulll]
            }
            experimant {}
            """);
    SpecException refused =
        assertThrows(SpecException.class, () -> SpecLoader.load(file, List.of("vae.beta=-2")));
    assertEquals(
        file
            + ":9: unknown key 'experimant'; did you mean 'experiment'?\n"
            + file
            + ":1: experiment.name is missing; add name = ...\n"
            + file
            + ":2: experiment.dataset.train is many; a whole number of at least 2 is wanted\n"
            + file
            + ":2: experiment.dataset.evaluate is missing; add evaluate = ...\n"
            + "--set vae.beta=-2: experiment.vae.beta is -2; a number of at least 0 is wanted\n"
            + file
            + ":5: experiment.training.batch is 0; a whole number of at least 1 and at most"
            + " 1000000 is wanted\n"
            + file
            + ":4: unknown key 'experiment.training.epoch'; did you mean 'epochs'?\n"
            + file
            + ":7: experiment.arms cannot be fulll; did you mean 'full'?",
        refused.getMessage());
  }

  @Test
  void flagsOverrideTheFileAndLaterOnesWin() {
    ExperimentSpec spec =
        SpecLoader.parse(
            "small.conf",
            MINIMAL,
            List.of(
                "training.epochs=3",
                "experiment.training.epochs = 4",
                "seeds=[7, 8]",
                "arms=[\"full\", drift]",
                "training.arm-epochs.drift=2",
                "training.evaluate-every=0.5 epochs",
                "dataset.path=/a//b:c#d"));
    assertEquals(4, spec.training().epochs());
    assertEquals(2, spec.training().epochs(Arm.DRIFT));
    assertEquals(List.of(7L, 8L), spec.seeds());
    assertEquals(List.of(Arm.FULL, Arm.DRIFT), spec.arms());
    assertEquals(new Interval(0.5, Interval.Unit.EPOCH), spec.training().evaluateEvery());
    assertEquals(Optional.of("/a/b:c#d"), spec.dataset().path());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "training.epoch=3|--set training.epoch=3: unknown key 'experiment.training.epoch'; did you mean 'epochs'?",
        "training.epochs=none|--set training.epochs=none: experiment.training.epochs is none; a whole number of at least 1 and at most 1000000 is wanted",
        "seeds=[1,1]|--set seeds=[1,1]: experiment.seeds names 1 twice; each may stand there once",
        "seeds=[1,-1]|--set seeds=[1,-1]: experiment.seeds is -1; a whole number of at least 0 and at most 9007199254740992 is wanted",
        "training|--set training: has no key; write --set training.epochs=4",
        "=3|--set =3: has no key; write --set training.epochs=4",
      })
  void aBadFlagIsNamed(String flag, String message) {
    SpecException refused =
        assertThrows(
            SpecException.class, () -> SpecLoader.parse("small.conf", MINIMAL, List.of(flag)));
    assertEquals(message, refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"seeds=[1", "seeds={", "a..b=1", "\"=1", "name=\"x"})
  void aFlagThatCannotBeReadIsNamed(String flag) {
    SpecException refused =
        assertThrows(
            SpecException.class, () -> SpecLoader.parse("small.conf", MINIMAL, List.of(flag)));
    String message = refused.getMessage();
    assertEquals("--set " + flag + ": cannot be read: ", message.substring(0, flag.length() + 24));
  }

  @Test
  void aFileThatIsNotHoconIsRefusedWithItsLine() throws IOException {
    Path file = write("experiment {\n  name = x\n  training { epochs = = 3 }\n}\n");
    SpecException refused =
        assertThrows(SpecException.class, () -> SpecLoader.load(file, List.of()));
    assertEquals(file + ":3", refused.problems().get(0).where());
  }

  @Test
  void aSubstitutionThatLeadsNowhereIsRefusedWithItsLine() throws IOException {
    Path file = write("experiment {\n  name = ${margrave.no.such.name}\n}\n");
    SpecException refused =
        assertThrows(SpecException.class, () -> SpecLoader.load(file, List.of()));
    assertEquals(file + ":2", refused.problems().get(0).where());
  }

  @Test
  void aMissingFileAFolderAndAHugeFileAreRefused() throws IOException {
    Path missing = folder.resolve("missing.conf");
    assertEquals(
        missing + ": there is no such file; give the path of an experiment file",
        assertThrows(SpecException.class, () -> SpecLoader.load(missing, List.of())).getMessage());
    assertEquals(
        folder + ": this is no file; give the path of an experiment file",
        assertThrows(SpecException.class, () -> SpecLoader.load(folder, List.of())).getMessage());
    Path huge = write(" ".repeat((1 << 20) + 1));
    assertEquals(
        huge + ": has 1048577 bytes, an experiment file has at most 1048576; is it the right file?",
        assertThrows(SpecException.class, () -> SpecLoader.load(huge, List.of())).getMessage());
  }

  @Test
  void anEmptyFileLacksTheSection() throws IOException {
    Path file = write("# nothing\n");
    SpecException refused =
        assertThrows(SpecException.class, () -> SpecLoader.load(file, List.of()));
    assertEquals(
        "the section 'experiment { ... }' is missing; put the keys there",
        refused.problems().get(0).what());
  }

  @Test
  void everyFileUnderConfigLoads() throws IOException {
    Path config = Specs.repositoryRoot().resolve("config/experiments");
    List<Path> files;
    try (var found = Files.list(config)) {
      files = found.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
    for (Path file : files) {
      ExperimentSpec spec = SpecLoader.load(file, List.of());
      assertEquals(file.getFileName().toString(), spec.name() + ".conf");
    }
    assertTrue(
        files.stream()
            .map(file -> file.getFileName().toString())
            .toList()
            .containsAll(
                List.of(
                    "baselines.conf",
                    "baselines-small.conf",
                    "cifar100-paper.conf",
                    "cifar100-small.conf",
                    "quickstart.conf",
                    "tiny-imagenet-fixed.conf",
                    "tiny-imagenet-fixed-small.conf")),
        files::toString);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("experiment.conf"), text);
  }
}
