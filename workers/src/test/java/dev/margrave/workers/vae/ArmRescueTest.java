package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.vae.ArmRig.Told;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rescue that the orchestrator ordered, on a real network of 16 steps. */
class ArmRescueTest {
  private static final List<RescueOrder> NONE = List.of();
  private static final List<RescueOrder> ONE = List.of(new RescueOrder(1, 5));
  private static final List<RescueOrder> TWO =
      List.of(new RescueOrder(1, 5), new RescueOrder(2, 11));
  private static final RescueSpec ALWAYS_A_SADDLE =
      new RescueSpec(Double.MAX_VALUE, Double.MAX_VALUE);

  @TempDir Path folder;

  private static ExperimentSpec tiny(RescueSpec floors) {
    ExperimentSpec spec = TestSpecs.tiny();
    return new ExperimentSpec(
        spec.name(),
        spec.dataset(),
        spec.seeds(),
        spec.teacher(),
        spec.vae(),
        spec.alignment(),
        spec.training(),
        spec.collapse(),
        floors,
        spec.arms(),
        spec.resources());
  }

  private ArmTrained train(
      ExperimentSpec spec,
      String run,
      IntFunction<List<RescueOrder>> rescues,
      Supplier<StopRequest> stop,
      Told told) {
    return new ArmRig(folder).train(spec, Arm.FULL, run, Optional.empty(), rescues, stop, told);
  }

  private static StopRequest never() {
    return StopRequest.NONE;
  }

  private static String bits(ArmTrained trained) {
    return trained.checkpoint().artefact().sha256();
  }

  /** At its start the head of a boundary witness is dead: its weights are 0. */
  @Test
  void aDeadHeadIsDrawnAnew() {
    Told told = new Told();
    ArmTrained rescued =
        train(
            tiny(ALWAYS_A_SADDLE),
            "dead",
            attempt -> List.of(new RescueOrder(1, 0)),
            ArmRescueTest::never,
            told);
    RescueGuard guard = told.guards.get(0);
    assertEquals(1, told.guards.size());
    assertTrue(guard.reseeded());
    assertEquals(0, guard.codeGradient(), "a dead head moves no code");
    assertEquals(Optional.of(guard), rescued.guard());
    assertEquals(List.of(0L), rescued.provenance().rescuedAtSteps());
  }

  @Test
  void aLivingHeadIsKeptAndTheOptimiserIsNew() {
    Told told = new Told();
    ExperimentSpec spec = tiny(new RescueSpec(0, 0));
    ArmTrained rescued = train(spec, "living", attempt -> ONE, ArmRescueTest::never, told);
    ArmTrained plain = train(spec, "plain", attempt -> NONE, ArmRescueTest::never, new Told());
    assertFalse(told.guards.get(0).reseeded());
    assertNotEquals(bits(plain), bits(rescued));
    assertEquals(Optional.empty(), plain.guard());
    assertEquals(List.of(), plain.provenance().rescuedAtSteps());
  }

  @Test
  void interruptionsChangeNoBit() {
    long seed = new Random().nextLong();
    System.out.println("ArmRescueTest seed " + seed);
    Random random = new Random(seed);
    ExperimentSpec spec = tiny(ALWAYS_A_SADDLE);
    Told whole = new Told();
    Told pieces = new Told();
    ArmTrained expected = train(spec, "whole", attempt -> TWO, ArmRescueTest::never, whole);
    ArmTrained actual =
        train(
            spec,
            "pieces",
            attempt -> TWO,
            () -> random.nextInt(3) == 0 ? StopRequest.HAND_BACK : StopRequest.NONE,
            pieces);
    assertEquals(bits(expected), bits(actual));
    assertEquals(expected.sampled(), actual.sampled());
    assertEquals(expected.guard(), actual.guard());
    assertEquals(whole.evaluations.keySet(), pieces.evaluations.keySet());
    assertEquals(List.of(expected.guard().orElseThrow()), whole.guards, "the latest is told");
    assertEquals(List.of(5L, 11L), actual.provenance().rescuedAtSteps());
  }

  /** Neither the checkpoint that is gone on from nor the moment of the order decides anything. */
  @Test
  void whereverItIsGoneOnFrom() {
    ExperimentSpec spec = tiny(ALWAYS_A_SADDLE);
    String expected = bits(train(spec, "start", attempt -> TWO, ArmRescueTest::never, new Told()));
    for (int interrupted = 1; interrupted <= 5; interrupted++) {
      int steps = interrupted;
      int[] asked = {0};
      Supplier<StopRequest> stop =
          () -> asked[0]++ % (steps + 1) == steps ? StopRequest.HAND_BACK : StopRequest.NONE;
      IntFunction<List<RescueOrder>> orders =
          attempt -> attempt * steps >= 11 ? TWO : attempt == 1 ? NONE : ONE;
      assertEquals(
          expected,
          bits(train(spec, "from-" + steps, orders, stop, new Told())),
          () -> "interrupted every " + steps + " steps");
    }
  }
}
