package dev.margrave.protocol.spec.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalSpecTest {
  private static final ExperimentSpec SPEC = load();

  @Test
  void theTextHoldsEveryKeyThatDecidesAResult() {
    assertEquals(
        """
        alignment.confidence = 0.99
        alignment.guard.band = 0.3
        alignment.guard.enabled = true
        alignment.guard.factor = 1.5
        alignment.guard.images = 300
        alignment.guard.maximum-weight = 500
        alignment.safety-margin = 0.1
        alignment.samples = 2
        alignment.weight = 10
        arms = [rescue, ablation, baseline-geco]
        baselines.bn-vae.gamma = 0.7
        baselines.bn-vae.momentum = 0.2
        baselines.cyclical-annealing.cycles = 3
        baselines.cyclical-annealing.ramp = 0.25
        baselines.free-bits.floor = 0.5
        baselines.free-bits.group-size = 4
        baselines.geco.largest-multiplier = 100
        baselines.geco.least-multiplier = 0.01
        baselines.geco.rate = 0.1
        baselines.geco.smoothing = 0.9
        baselines.geco.tolerance = 0.02
        baselines.info-vae.alpha = 0.5
        baselines.info-vae.kernel-scale = 2
        baselines.info-vae.weight = 10
        baselines.kl-annealing.over = 30 step
        baselines.lagging-inference.check-every = 4
        baselines.lagging-inference.information-images = 300
        baselines.lagging-inference.maximum-aggressive-epochs = 2
        baselines.lagging-inference.maximum-inner-steps = 20
        collapse.double-beta-every = 50 step
        collapse.kl-target = 0.2
        collapse.maximum-beta = 10000
        collapse.maximum-epochs = 5
        dataset.channels = 1
        dataset.evaluate = 700
        dataset.name = image-folder
        dataset.size = 48
        dataset.train = 2000
        rescue.automatic.enabled = true
        rescue.automatic.evaluations = 4
        rescue.automatic.maximum = 2
        rescue.code-gradient-floor = 0.002
        rescue.head-gradient-floor = 0.003
        seeds = [3, 5]
        teacher.components = [8, 16]
        teacher.covariance = [full, diagonal]
        teacher.floor = 0.02
        teacher.mode = fixed
        teacher.pca = [10, 20]
        teacher.teacher-seeds = [11, 12]
        teacher.temperature = [1, 1.5]
        training.arm-epochs.drift = 6
        training.arm-epochs.rescue = 2
        training.batch = 64
        training.epochs = 3
        training.evaluate-every = 200 step
        training.learning-rate = 0.0002
        training.precision = bfloat16
        vae.beta = 2.5
        vae.channels = [8, 8]
        vae.latent = 16
        vae.likelihood = gaussian
        vae.witness = linear
        vae.witness-init = random
        """,
        CanonicalSpec.text(SPEC));
  }

  @Test
  void theHashIsTheTextsSha256() {
    // The canonical text above: sha256sum text
    assertEquals(CanonicalSpec.hash(CanonicalSpec.text(SPEC)), CanonicalSpec.hash(SPEC));
    // printf abc | sha256sum
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        CanonicalSpec.hash("abc"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=other",
        "dataset.path=/elsewhere",
        "training.checkpoint-every=1 s",
        "resources.gpus=2",
        "resources.engine=any",
        "resources.compute-capability=9.0",
        "resources.priority=9",
        "resources.max-attempts=1",
        "resources.max-parallel=0",
        "resources.memory=0",
        "vae.beta=2.50",
        "training.learning-rate=0.0002"
      })
  void whatCannotChangeAResultDoesNotChangeTheHash(String flag) {
    assertEquals(CanonicalSpec.hash(SPEC), CanonicalSpec.hash(load(flag)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dataset.name=tiny-imagenet-200",
        "dataset.size=64",
        "dataset.channels=3",
        "dataset.train=2001",
        "dataset.evaluate=701",
        "seeds=[5, 3]",
        "teacher.teacher-seeds=[11]",
        "teacher.components=[8]",
        "teacher.pca=[10]",
        "teacher.covariance=[full]",
        "teacher.temperature=[1]",
        "teacher.floor=0.03",
        "vae.latent=17",
        "vae.channels=[8, 9]",
        "vae.beta=2.50001",
        "vae.likelihood=bernoulli",
        "vae.witness-init=boundary",
        "alignment.weight=11",
        "alignment.safety-margin=0",
        "alignment.confidence=0.9",
        "alignment.samples=3",
        "alignment.guard.enabled=false",
        "alignment.guard.band=0.4",
        "alignment.guard.factor=2",
        "alignment.guard.maximum-weight=1000",
        "alignment.guard.images=200",
        "training.epochs=4",
        "training.arm-epochs.drift=7",
        "training.batch=65",
        "training.learning-rate=1e-4",
        "training.evaluate-every=200 epochs",
        "training.precision=tf32",
        "training.precision=float32",
        "collapse.kl-target=0.1",
        "collapse.double-beta-every=51 steps",
        "collapse.maximum-beta=1e5",
        "collapse.maximum-epochs=6",
        "rescue.code-gradient-floor=0",
        "rescue.head-gradient-floor=0",
        "rescue.automatic.enabled=false",
        "rescue.automatic.evaluations=5",
        "rescue.automatic.maximum=3",
        "baselines.geco.tolerance=0.03",
        "baselines.geco.smoothing=0.8",
        "baselines.geco.rate=0.2",
        "baselines.geco.least-multiplier=0.02",
        "baselines.geco.largest-multiplier=200",
        "baselines.bn-vae.gamma=0.8",
        "baselines.bn-vae.momentum=0.3",
        "baselines.info-vae.alpha=0.6",
        "baselines.info-vae.weight=11",
        "baselines.info-vae.kernel-scale=3",
        "baselines.free-bits.floor=0.6",
        "baselines.free-bits.group-size=2",
        "baselines.cyclical-annealing.cycles=2",
        "baselines.cyclical-annealing.ramp=1",
        "baselines.kl-annealing.over=30 epochs",
        "baselines.lagging-inference.maximum-inner-steps=21",
        "baselines.lagging-inference.check-every=5",
        "baselines.lagging-inference.maximum-aggressive-epochs=3",
        "baselines.lagging-inference.information-images=301",
        "arms=[ablation, rescue, baseline-geco]"
      })
  void whatCanChangeAResultChangesTheHash(String flag) {
    assertNotEquals(CanonicalSpec.hash(SPEC), CanonicalSpec.hash(load(flag)));
  }

  /** Hashes from before there were automatic rescues still hold. */
  @Test
  void automaticRescuesThatAreOffAreNotInTheText() {
    String off = CanonicalSpec.text(load("rescue.automatic.enabled=false"));
    assertFalse(off.contains("automatic"), off);
    assertEquals(
        off,
        CanonicalSpec.text(
            load("rescue.automatic.enabled=false", "rescue.automatic.evaluations=9")));
  }

  /** The hash is that of docs/results/cifar100-small.md, from before pictures had a size. */
  @Test
  void picturesInTheirOwnSizeAreNotInTheText() {
    ExperimentSpec small =
        SpecLoader.load(
            Specs.repositoryRoot().resolve("config/experiments/cifar100-small.conf"), List.of());
    String text = CanonicalSpec.text(small);
    assertFalse(text.contains("dataset.size") || text.contains("dataset.channels"), text);
    assertEquals(
        "24e9c47988a9ba7dde9d581125352315c820128e7f197b0300015c761fdebc34",
        CanonicalSpec.hash(small));
  }

  /** Hashes from before there were baselines still hold. */
  @Test
  void baselinesThatNoArmIsAreNotInTheText() {
    String without = CanonicalSpec.text(load("arms=[rescue, ablation]"));
    assertFalse(without.contains("baseline"), without);
    assertEquals(
        without,
        CanonicalSpec.text(load("arms=[rescue, ablation]", "baselines.geco.tolerance=0.5")));
  }

  /** Hashes from before there was a margin guard still hold. */
  @Test
  void aMarginGuardThatIsOffIsNotInTheText() {
    String off = CanonicalSpec.text(load("alignment.guard.enabled=false"));
    assertFalse(off.contains("guard"), off);
    assertEquals(
        off, CanonicalSpec.text(load("alignment.guard.enabled=false", "alignment.guard.band=0.4")));
  }

  /** Its program decides the result; how long it is waited for does not. */
  @Test
  void aTrainerIsInTheTextByItsCommand() {
    String[] trained = {
      "arms=[full, ablation]",
      "alignment.guard.enabled=false",
      "rescue.automatic.enabled=false",
      "trainer.command=[python3, \"a b.py\"]"
    };
    String text = CanonicalSpec.text(load(trained));
    assertTrue(text.contains("trainer.command = [\"python3\", \"a b.py\"]\n"), text);
    assertFalse(text.contains("grace") || text.contains("silence"), text);
    trained[3] = "trainer.command=[python3, a, b.py]";
    assertNotEquals(text, CanonicalSpec.text(load(trained)));
  }

  /** As they were before there were a simplex and a margin guard. */
  @Test
  void theSpecsThatThereWereKeepTheirHashes() throws java.io.IOException {
    java.nio.file.Path folder = Specs.repositoryRoot().resolve("config/experiments");
    assertEquals(
        "170cc070e9d5ccbd0b2f5e5e0bc138c955a8f779d2887cd65ce4332eb6f197a8",
        CanonicalSpec.hash(SpecLoader.load(folder.resolve("quickstart.conf"), List.of())));
    assertEquals(
        "24e9c47988a9ba7dde9d581125352315c820128e7f197b0300015c761fdebc34",
        CanonicalSpec.hash(SpecLoader.load(folder.resolve("cifar100-small.conf"), List.of())));
  }

  /** A simplex has no weights, so how a head starts is no part of it. */
  @Test
  void aSimplexHasNoStart() {
    ExperimentSpec simplex =
        SpecLoader.parse(
            "simplex.conf",
            Specs.EVERY_KEY
                .replace("witness = linear", "witness = simplex")
                .replace("witness-init = random", ""),
            List.of());
    String text = CanonicalSpec.text(simplex);
    assertTrue(text.contains("vae.witness = simplex\n"), text);
    assertFalse(text.contains("witness-init"), text);
    assertNotEquals(CanonicalSpec.hash(SPEC), CanonicalSpec.hash(simplex));
    assertEquals(
        simplex,
        SpecLoader.parse(
            "written.conf",
            CanonicalSpec.file(simplex),
            List.of("dataset.path=" + simplex.dataset().path().orElseThrow())));
  }

  @Test
  void theWrittenOutFileLoadsToTheSameSpec() {
    ExperimentSpec elsewhere =
        SpecLoader.parse(
            "written.conf",
            CanonicalSpec.file(SPEC),
            List.of("dataset.path=" + SPEC.dataset().path().orElseThrow()));
    assertEquals(SPEC, elsewhere);
  }

  @Test
  void aDifferenceIsReadableLineByLine() {
    String after =
        CanonicalSpec.text(load("training.epochs=4", "training.arm-epochs.full=1", "vae.beta=1"));
    assertEquals(
        List.of(
            "+ training.arm-epochs.full = 1",
            "- training.epochs = 3",
            "+ training.epochs = 4",
            "- vae.beta = 2.5",
            "+ vae.beta = 1"),
        CanonicalSpec.difference(CanonicalSpec.text(SPEC), after));
    assertEquals(
        List.of(), CanonicalSpec.difference(CanonicalSpec.text(SPEC), CanonicalSpec.text(load())));
  }

  private static ExperimentSpec load(String... flags) {
    return SpecLoader.parse("every-key.conf", Specs.EVERY_KEY, List.of(flags));
  }
}
