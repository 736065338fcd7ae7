package dev.margrave.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StageKeyTest {
  @Test
  void theTextOfEveryKeyIsReadBack() {
    assertEquals("teacher-7", new StageKey.TeacherSearch(7).text());
    assertEquals("full-0", new StageKey.ArmRun(Arm.FULL, 0, 0).text());
    assertEquals("full-0-t11", new StageKey.ArmRun(Arm.FULL, 0, 11).text());
    assertEquals(new StageKey.TeacherSearch(7), StageKey.parse("teacher-7"));
    for (Arm arm : Arm.values()) {
      for (long teacherSeed : new long[] {5, 6}) {
        StageKey key = new StageKey.ArmRun(arm, 5, teacherSeed);
        assertEquals(key, StageKey.parse(key.text()));
      }
    }
  }

  /** An arm's name may end in a number of its own. */
  @Test
  void theLastNumberIsTheSeed() {
    assertEquals(
        new StageKey.ArmRun(Arm.BASELINE_BETA_2, 0, 0), StageKey.parse("baseline-beta-2-0"));
    assertEquals(
        new StageKey.ArmRun(Arm.BASELINE_BETA_2, 0, 11), StageKey.parse("baseline-beta-2-0-t11"));
    assertEquals(
        new StageKey.ArmRun(Arm.BASELINE_BETA_8, 4, 4), StageKey.parse("baseline-beta-8-4"));
    assertThrows(IllegalArgumentException.class, () -> StageKey.parse("baseline-beta-2"));
  }

  @Test
  void whatIsNoStageIsRefused() {
    assertEquals(
        "'full' names no stage",
        assertThrows(IllegalArgumentException.class, () -> StageKey.parse("full")).getMessage());
    assertEquals(
        "no arm is called 'fill'; the arms are full, ablation, rescue, drift, collapse,"
            + " rescue-from-collapse, baseline-vanilla, baseline-beta-2, baseline-beta-4,"
            + " baseline-beta-8, baseline-kl-annealing, baseline-cyclical-annealing,"
            + " baseline-free-bits, baseline-info-vae, baseline-bn-vae,"
            + " baseline-lagging-inference, baseline-geco",
        assertThrows(IllegalArgumentException.class, () -> StageKey.parse("fill-0")).getMessage());
  }
}
