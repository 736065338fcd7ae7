package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.Interval;
import dev.margrave.protocol.spec.MarginGuardSpec;
import dev.margrave.protocol.spec.TrainingSpec;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.vae.ArmRig.Told;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarginGuardTest {
  @TempDir Path folder;

  private static AlignmentSpec alignment(double weight, double band, double maximum) {
    return new AlignmentSpec(
        weight, 0.05, 0.95, 2, new MarginGuardSpec(true, band, 2, maximum, 64));
  }

  private static ExperimentSpec spec(AlignmentSpec alignment) {
    ExperimentSpec spec = TestSpecs.tiny();
    return new ExperimentSpec(
        spec.name(),
        spec.dataset(),
        spec.seeds(),
        spec.teacher(),
        spec.vae(),
        alignment,
        // 8 steps an epoch, an evaluation every 3.
        new TrainingSpec(
            2,
            Map.of(),
            32,
            1e-3,
            new Interval(3, Interval.Unit.STEP),
            spec.training().checkpointEvery()),
        spec.collapse(),
        spec.rescue(),
        spec.arms(),
        spec.resources());
  }

  private ArmTrained train(
      ExperimentSpec spec, Arm arm, String run, Supplier<StopRequest> stop, Told told) {
    return new ArmRig(folder)
        .train(spec, arm, run, Optional.empty(), attempt -> List.of(), stop, told);
  }

  private static List<Double> lambdas(Told told) {
    return told.evaluations.values().stream().map(Evaluation::lambda).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "100, -Infinity, 200",
    "100, NaN, 200",
    "100, 0.1999, 200",
    "100, 0.2, 100",
    "100, 0.3999, 100",
    "100, 0.4, 100",
    "400, 0.2, 400",
    "400, 0.4, 200",
    "150, 9, 100",
    "600, 0, 1000",
    "1000, 0, 1000"
  })
  void theRule(double lambda, double safeMargin, double next) {
    assertEquals(next, MarginGuard.next(lambda, safeMargin, alignment(100, 0.2, 1000)));
  }

  /** A band that no margin leaves: λ doubles after every evaluation up to its maximum. */
  @Test
  void aMarginInsideTheBandRaisesTheWeight() {
    Told told = new Told();
    ExperimentSpec spec = spec(alignment(10, 100, 100));
    ArmTrained guarded = train(spec, Arm.FULL, "guarded", () -> StopRequest.NONE, told);
    assertEquals(List.of(0L, 3L, 6L, 9L, 12L, 15L, 16L), List.copyOf(told.evaluations.keySet()));
    assertEquals(List.of(10.0, 10.0, 20.0, 40.0, 80.0, 100.0, 100.0), lambdas(told));
    Told plain = new Told();
    ExperimentSpec off = spec(new AlignmentSpec(10, 0.05, 0.95, 2));
    ArmTrained unguarded = train(off, Arm.FULL, "plain", () -> StopRequest.NONE, plain);
    assertTrue(lambdas(plain).stream().allMatch(lambda -> lambda == 10));
    assertNotEquals(
        unguarded.witnessSampled().sha256(),
        guarded.witnessSampled().sha256(),
        "the weight was raised in name only");
  }

  @Test
  void theAblationHasNoWeightToRaise() {
    Told told = new Told();
    train(spec(alignment(10, 100, 100)), Arm.ABLATION, "off", () -> StopRequest.NONE, told);
    assertTrue(lambdas(told).stream().allMatch(lambda -> lambda == 0), told.evaluations::toString);
  }

  /** λ is part of the checkpoint: a run in pieces steers as a whole one does. */
  @Test
  void interruptionsChangeNoBit() {
    long seed = new Random().nextLong();
    System.out.println("MarginGuardTest seed " + seed);
    Random random = new Random(seed);
    ExperimentSpec spec = spec(alignment(10, 100, 100));
    Told whole = new Told();
    Told pieces = new Told();
    ArmTrained expected = train(spec, Arm.FULL, "whole", () -> StopRequest.NONE, whole);
    ArmTrained actual =
        train(
            spec,
            Arm.FULL,
            "pieces",
            () -> random.nextInt(3) == 0 ? StopRequest.HAND_BACK : StopRequest.NONE,
            pieces);
    assertEquals(
        expected.checkpoint().artefact().sha256(), actual.checkpoint().artefact().sha256());
    assertEquals(expected.sampled(), actual.sampled());
    assertEquals(lambdas(whole), lambdas(pieces));
  }
}
