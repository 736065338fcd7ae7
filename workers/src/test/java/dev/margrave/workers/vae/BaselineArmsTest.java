package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.spec.VaeSpec.WitnessInit;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.vae.ArmRig.Told;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.NamedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every baseline from its start to its verdict. */
class BaselineArmsTest {
  @TempDir Path folder;

  static Stream<Arm> baselines() {
    return Stream.of(Arm.values()).filter(Arm::isBaseline);
  }

  private ArmTrained train(
      WitnessInit witness, Arm arm, String run, Supplier<StopRequest> stop, Told told) {
    return new ArmRig(folder)
        .train(
            TestSpecs.tiny(witness), arm, run, Optional.empty(), attempt -> List.of(), stop, told);
  }

  private ArmTrained train(Arm arm, Told told) {
    return train(WitnessInit.RANDOM, arm, "whole", () -> StopRequest.NONE, told);
  }

  private TrainingState end(ArmTrained trained) throws IOException {
    return CheckpointFile.read(
        new DirectoryArtefactStore(folder, "test").fetch(trained.checkpoint().artefact()));
  }

  @ParameterizedTest
  @MethodSource("baselines")
  void interruptionsChangeNoBitAndTheVerdictIsNegative(Arm arm) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Told whole = new Told();
    Told pieces = new Told();
    ArmTrained expected = train(arm, whole);
    ArmTrained actual =
        train(
            WitnessInit.RANDOM,
            arm,
            "pieces",
            () -> random.nextInt(5) == 0 ? StopRequest.HAND_BACK : StopRequest.NONE,
            pieces);
    String why = arm + ", seed " + seed;
    assertEquals(
        expected.checkpoint().artefact().sha256(), actual.checkpoint().artefact().sha256(), why);
    assertEquals(expected.sampled(), actual.sampled(), why);
    assertEquals(expected.atMean(), actual.atMean(), why);
    assertEquals(expected.statistics(), actual.statistics(), why);
    assertEquals(whole.evaluations.keySet(), pieces.evaluations.keySet(), why);
    for (long step : whole.evaluations.keySet()) {
      assertEquals(
          whole.evaluations.get(step).beta(),
          pieces.evaluations.get(step).beta(),
          why + " " + step);
    }
    assertEquals(Verdict.NEGATIVE, expected.verdict(), why);
    assertTrue(expected.audit().passed(), expected.audit().detail());
  }

  /** The head of a baseline is never trained: at the boundary it is the constant student. */
  @Test
  void aBaselineAtTheBoundaryIsExactlyTheConstantStudent() {
    ArmTrained trained =
        train(
            WitnessInit.BOUNDARY,
            Arm.BASELINE_FREE_BITS,
            "boundary",
            () -> StopRequest.NONE,
            new Told());
    assertEquals(0, trained.atMean().witnessInformationNats(), 1e-12);
    assertTrue(trained.sampled().marginNats() <= 0);
    assertEquals(Verdict.NEGATIVE, trained.verdict());
  }

  /** At vae.beta = 1 the vanilla baseline and the ablation are one training, bit for bit. */
  @Test
  void vanillaIsTheAblationAtBetaOne() throws IOException {
    EngineState vanilla = end(train(Arm.BASELINE_VANILLA, new Told())).engine();
    assertEquals(end(train(Arm.ABLATION, new Told())).engine(), vanilla);
    assertNotEquals(end(train(Arm.BASELINE_BETA_2, new Told())).engine(), vanilla);
    assertNotEquals(end(train(Arm.BASELINE_GECO, new Told())).engine(), vanilla);
    // Both begin at β = 0; only what each takes later tells them apart.
    EngineState annealed = end(train(Arm.BASELINE_KL_ANNEALING, new Told())).engine();
    assertNotEquals(vanilla, annealed);
    assertNotEquals(end(train(Arm.BASELINE_CYCLICAL_ANNEALING, new Told())).engine(), annealed);
  }

  /** All start from the same weights, and what one remembers is in its checkpoint. */
  @Test
  void whatMustBeRememberedIsInTheCheckpoint() throws IOException {
    TrainingState geco = end(train(Arm.BASELINE_GECO, new Told()));
    assertTrue(geco.memory().get("geco.multiplier") > 1, "the multiplier has not risen");
    TrainingState lagging = end(train(Arm.BASELINE_LAGGING_INFERENCE, new Told()));
    assertEquals(0.0, lagging.memory().get("lagging.aggressive"));
    assertEquals(16, lagging.engine().decoderIteration());
    // Eight steps of four or five inner updates, then eight ordinary ones. The first check of two
    // has nothing to compare with.
    long encoder = lagging.engine().iteration();
    assertTrue(encoder >= 8 * 4 + 8 && encoder <= 8 * 5 + 8, "encoder steps " + encoder);
    Map<String, NamedTensor> tensors =
        end(train(Arm.BASELINE_BN_VAE, new Told())).engine().tensors();
    assertTrue(tensors.containsKey("statistic/mean.running-mean"));
    assertTrue(tensors.containsKey("statistic/mean.running-variance"));
  }

  @Test
  void theBetaOfEveryEvaluationIsTold() {
    Told annealing = new Told();
    train(Arm.BASELINE_KL_ANNEALING, annealing);
    // Over one epoch of 8 steps; told is the step's before the evaluation.
    assertEquals(0.0, annealing.evaluations.get(0L).beta());
    assertEquals(7 / 8.0, annealing.evaluations.get(8L).beta());
    assertEquals(1.0, annealing.evaluations.get(16L).beta());
    Told geco = new Told();
    train(Arm.BASELINE_GECO, geco);
    assertTrue(geco.evaluations.get(16L).beta() < 1, "the multiplier has risen");
  }
}
