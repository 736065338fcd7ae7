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

  @Test
  void whatIsNoStageIsRefused() {
    assertEquals(
        "'full' names no stage",
        assertThrows(IllegalArgumentException.class, () -> StageKey.parse("full")).getMessage());
    assertEquals(
        "no arm is called 'fill'; the arms are full, ablation, rescue, drift, collapse,"
            + " rescue-from-collapse",
        assertThrows(IllegalArgumentException.class, () -> StageKey.parse("fill-0")).getMessage());
  }
}
