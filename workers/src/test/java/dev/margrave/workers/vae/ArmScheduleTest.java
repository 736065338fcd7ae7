package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.spec.ExperimentSpec;
import org.junit.jupiter.api.Test;

class ArmScheduleTest {
  private static final ExperimentSpec SPEC = TestSpecs.tiny();

  @Test
  void theIncompleteLastBatchIsLeftOut() {
    assertEquals(8, new ArmSchedule(Arm.FULL, SPEC, 8 * 32 + 31).stepsPerEpoch());
  }

  @Test
  void fewerImagesThanABatchAreOneStep() {
    assertEquals(5, ArmSchedule.batch(SPEC, 5));
    assertEquals(1, new ArmSchedule(Arm.FULL, SPEC, 5).stepsPerEpoch());
  }

  @Test
  void onlyAlignedArmsPull() {
    for (Arm arm : Arm.values()) {
      double expected = arm.aligned() ? SPEC.alignment().weight() : 0;
      assertEquals(expected, new ArmSchedule(arm, SPEC, 256).lambda(), arm.label());
    }
  }

  @Test
  void collapseEndsWhenTheCodeIsDeadAndOthersDoNot() {
    for (Arm arm : Arm.values()) {
      ArmSchedule schedule = new ArmSchedule(arm, SPEC, 256);
      assertEquals(arm == Arm.COLLAPSE, schedule.isOver(3, 0.0999), arm.label());
      assertFalse(schedule.isOver(3, 0.1), arm.label());
      assertTrue(schedule.isOver(schedule.totalSteps(), 5), arm.label());
    }
  }

  @Test
  void epochsFollowTheArm() {
    assertEquals(2 * 8, new ArmSchedule(Arm.FULL, SPEC, 256).totalSteps());
    assertEquals(3 * 8, new ArmSchedule(Arm.DRIFT, SPEC, 256).totalSteps());
    assertEquals(4 * 8, new ArmSchedule(Arm.COLLAPSE, SPEC, 256).totalSteps());
  }

  @Test
  void evaluatesAtTheStartEveryIntervalAndTheEnd() {
    ArmSchedule schedule = new ArmSchedule(Arm.FULL, SPEC, 256);
    assertTrue(schedule.evaluatesAt(0));
    assertFalse(schedule.evaluatesAt(7));
    assertTrue(schedule.evaluatesAt(8));
    assertTrue(schedule.evaluatesAt(schedule.totalSteps()));
  }

  @Test
  void freshStartsShareTheirNoiseAndTheOthersDrawAnew() {
    for (Arm arm : Arm.values()) {
      assertEquals(
          arm.startsFrom().isEmpty(),
          ArmSchedule.noiseSeed(Arm.FULL, 7) == ArmSchedule.noiseSeed(arm, 7),
          arm.label());
    }
    assertNotEquals(ArmSchedule.noiseSeed(Arm.ABLATION, 7), ArmSchedule.noiseSeed(Arm.RESCUE, 7));
    assertNotEquals(
        ArmSchedule.noiseSeed(Arm.RESCUE, 7), ArmSchedule.noiseSeed(Arm.RESCUE_FROM_COLLAPSE, 7));
  }
}
