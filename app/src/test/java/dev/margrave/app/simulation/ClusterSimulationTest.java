package dev.margrave.app.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Supervisors, scheduler and workers in one thread of virtual time, under faults drawn from seeds.
 *
 * <p>{@code -Dmargrave.simulation.seeds=100000} runs more of them, {@code
 * -Dmargrave.simulation.seed=17} that one alone.
 */
class ClusterSimulationTest {
  private static final long SEEDS = Long.getLong("margrave.simulation.seeds", 1000);
  private static final Long ONLY_SEED = Long.getLong("margrave.simulation.seed");

  /** Of those that a mutation is given to be noticed in. */
  private static final long MUTATED_SEEDS = 400;

  private static final long REPEATED_SEEDS = 20;

  private static Simulation simulation;

  @BeforeAll
  static void start() {
    simulation = new Simulation();
  }

  @AfterAll
  static void stop() {
    simulation.close();
    Set<String> left =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("simulation-"))
            .collect(Collectors.toSet());
    assertEquals(Set.of(), left, "nothing runs on a thread of its own");
  }

  private static void check(Simulation.Result result) {
    assertEquals(
        List.of(),
        result.violations(),
        () ->
            "seed %d; repeat it with -Dmargrave.simulation.seed=%d; what happened last:%n%s"
                .formatted(result.seed(), result.seed(), result.lastPart()));
  }

  @Test
  void losesNothingWhateverHappens() {
    if (ONLY_SEED != null) {
      check(simulation.run(ONLY_SEED, Mutation.NONE));
      return;
    }
    FaultCounts counts = new FaultCounts();
    for (long seed = 0; seed < SEEDS; seed++) {
      Simulation.Result result = simulation.run(seed, Mutation.NONE);
      check(result);
      counts.add(result.counts());
    }
    assertTrue(counts.total() > SEEDS, "faults per seed: " + counts.perRun((int) SEEDS));
  }

  @Test
  void theSameSeedIsTheSameRun() {
    for (long seed = 0; seed < REPEATED_SEEDS; seed++) {
      Simulation.Result first = simulation.run(seed, Mutation.NONE);
      assertEquals(first.traceHash(), simulation.run(seed, Mutation.NONE).traceHash());
      assertNotEquals(first.traceHash(), simulation.run(seed + 1, Mutation.NONE).traceHash());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aRuleThatIsSwitchedOffIsMissed(Mutation mutation) {
    for (long seed = 0; seed < MUTATED_SEEDS; seed++) {
      if (simulation.run(seed, mutation).violations().stream()
          .anyMatch(violation -> violation.matches(mutation.complaint()))) {
        return;
      }
    }
    throw new AssertionError(mutation + " was not noticed in " + MUTATED_SEEDS + " seeds");
  }
}
