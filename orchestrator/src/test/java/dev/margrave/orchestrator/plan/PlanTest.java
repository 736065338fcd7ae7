package dev.margrave.orchestrator.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.plan.Plan.Fate;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final List<String> ONE_SEED =
      List.of(
          "teacher-0",
          "ablation-0",
          "full-0",
          "collapse-0",
          "drift-0",
          "rescue-from-collapse-0",
          "rescue-0");

  private static Plan oneSeed() {
    return Plan.of(Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS));
  }

  private static List<String> names(List<StageKey> stages) {
    return stages.stream().map(StageKey::text).toList();
  }

  private static Map<StageKey, Fate> over(Fate fate, String... stages) {
    Map<StageKey, Fate> over = new LinkedHashMap<>();
    for (String stage : stages) {
      over.put(StageKey.parse(stage), fate);
    }
    return over;
  }

  private static List<String> readyAfter(String... completed) {
    return names(oneSeed().next(over(Fate.COMPLETED, completed)).ready());
  }

  @Test
  void ordersByTheLongestChainThatWaits() {
    // Epochs: ablation 4 + collapse 6 + rescue-from-collapse 4 = 14, full 4 + drift 4 = 8.
    assertEquals(Set.copyOf(ONE_SEED), Set.copyOf(names(oneSeed().stages())));
    assertEquals(
        List.of("teacher-0", "ablation-0", "collapse-0", "full-0", "drift-0"),
        names(oneSeed().stages()).subList(0, 5));
    assertEquals("rescue-0", names(oneSeed().stages()).get(6));
  }

  @Test
  void startsWhatIsNeededForNothingElseFirst() {
    assertEquals(List.of("teacher-0"), readyAfter());
    assertEquals(List.of("ablation-0", "full-0"), readyAfter("teacher-0"));
    assertEquals(
        List.of("collapse-0", "full-0", "rescue-0"), readyAfter("teacher-0", "ablation-0"));
    assertEquals(List.of("ablation-0", "drift-0"), readyAfter("teacher-0", "full-0"));
    assertEquals(
        List.of("full-0", "rescue-from-collapse-0", "rescue-0"),
        readyAfter("teacher-0", "ablation-0", "collapse-0"));
    assertTrue(oneSeed().next(over(Fate.COMPLETED, ONE_SEED.toArray(String[]::new))).finished());
  }

  @Test
  void aFailureBlocksAllThatNeedItAndNothingElse() {
    Map<StageKey, Fate> over = over(Fate.COMPLETED, "teacher-0");
    over.putAll(over(Fate.FAILED, "ablation-0"));
    Plan.Next next = oneSeed().next(over);
    assertEquals(List.of("full-0"), names(next.ready()));
    assertFalse(next.finished());
    assertEquals(
        Map.of(
            StageKey.parse("rescue-0"), "needs ablation-0, which failed",
            StageKey.parse("collapse-0"), "needs ablation-0, which failed",
            StageKey.parse("rescue-from-collapse-0"), "needs ablation-0, which failed"),
        next.blocked());
    over.putAll(over(Fate.COMPLETED, "full-0", "drift-0"));
    assertTrue(oneSeed().next(over).finished());
  }

  @Test
  void aFailedTeacherBlocksItsSeedOnly() {
    Plan plan = Plan.of(Fixtures.spec("demo", List.of(0L, 1L), Fixtures.ALL_ARMS));
    Map<StageKey, Fate> over = over(Fate.FAILED, "teacher-0");
    over.putAll(over(Fate.COMPLETED, "teacher-1"));
    Plan.Next next = plan.next(over);
    assertEquals(List.of("ablation-1", "full-1"), names(next.ready()));
    assertEquals(6, next.blocked().size());
  }

  @Test
  void fixedTeachersAreCrossedWithTheSeeds() {
    ExperimentSpec spec =
        Fixtures.spec("demo", List.of(0L, 1L), List.of(11L, 12L, 13L), List.of(Arm.FULL), 3);
    Plan plan = Plan.of(spec);
    assertEquals(3 + 6, plan.stages().size());
    assertEquals(
        List.of("full-0-t12", "full-1-t12"),
        names(plan.next(over(Fate.COMPLETED, "teacher-12")).ready()).stream()
            .filter(name -> name.startsWith("full"))
            .toList());
  }

  @Test
  void refusesWhatIsNoGraph() {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL, Arm.RESCUE));
    assertEquals(
        "arm rescue starts from ablation, which is not among the arms; add it to experiment.arms",
        assertThrows(IllegalArgumentException.class, () -> Plan.of(spec)).getMessage());
    Plan plan = oneSeed();
    Map<StageKey, Fate> foreign = over(Fate.COMPLETED, "full-7");
    assertEquals(
        "stage full-7 is not one of experiment demo",
        assertThrows(IllegalArgumentException.class, () -> plan.next(foreign)).getMessage());
  }

  /** Runs random graphs to their end with random failures, up to three stages at once. */
  @Test
  void everyStageIsStartedAtMostOnceAndOnlyWhenItMay() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      ExperimentSpec spec = randomSpec(random);
      Plan plan = Plan.of(spec);
      Map<StageKey, Fate> over = new LinkedHashMap<>();
      Set<StageKey> running = new HashSet<>();
      Plan.Next next = plan.next(over);
      while (!next.finished()) {
        assertTrue(next.ready().containsAll(running), "seed " + seed);
        next.ready().stream().filter(stage -> running.size() < 3).forEach(running::add);
        assertFalse(running.isEmpty(), "stuck, seed " + seed);
        for (StageKey stage : running) {
          assertTrue(
              plan.requirements(stage).stream().allMatch(need -> over.get(need) == Fate.COMPLETED),
              "seed " + seed);
        }
        StageKey ends = List.copyOf(running).get(random.nextInt(running.size()));
        running.remove(ends);
        over.put(ends, random.nextInt(8) == 0 ? Fate.FAILED : Fate.COMPLETED);
        next = plan.next(over);
      }
      assertTrue(running.isEmpty(), "seed " + seed);
      assertEquals(plan.stages().size(), over.size() + next.blocked().size(), "seed " + seed);
    }
  }

  private static ExperimentSpec randomSpec(SplittableRandom random) {
    Set<Arm> arms = new HashSet<>();
    for (Arm arm : Arm.values()) {
      boolean possible = arm.startsFrom().map(arms::contains).orElse(true);
      if (possible && random.nextInt(4) > 0) {
        arms.add(arm);
      }
    }
    List<Long> seeds = new ArrayList<>(List.of(0L, 1L, 2L).subList(0, random.nextInt(1, 4)));
    List<Long> teachers = List.of(11L, 12L).subList(0, random.nextInt(0, 3));
    return Fixtures.spec("demo", seeds, teachers, List.copyOf(arms), 3);
  }

  @Test
  void baselinesNeedTheTeacherAndNothingElse() {
    Plan plan = Plan.of(Fixtures.spec("demo", List.of(0L), List.of(Arm.BASELINE_BETA_2)));
    assertEquals(
        List.of(StageKey.parse("teacher-0"), StageKey.parse("baseline-beta-2-0")), plan.stages());
    assertEquals(
        List.of(StageKey.parse("teacher-0")),
        plan.requirements(StageKey.parse("baseline-beta-2-0")));
    for (Arm arm : Arm.values()) {
      if (arm.isBaseline()) {
        assertTrue(arm.startsFrom().isEmpty() && !arm.aligned(), arm.label());
      }
    }
  }
}
