package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermutationTestTest {
  private final SplittableRandom random = Seeds.random(PermutationTestTest.class);

  @Test
  void pValuesAreUniformWhenTheCodeKnowsNothing() {
    int trials = 2_000;
    int permutations = 99;
    long seed = Seeds.of(PermutationTestTest.class);
    double[] pValues =
        IntStream.range(0, trials)
            .parallel()
            .mapToDouble(
                trial -> {
                  SplittableRandom own = new SplittableRandom(seed + trial).split();
                  double[][] teacher = RandomTables.distributions(own, 25, 3, 2);
                  double[][] witness = RandomTables.distributions(own, 25, 3, 1);
                  return run(teacher, witness, permutations, trial, 1).pValue();
                })
            .toArray();
    for (double level : new double[] {0.01, 0.05, 0.1, 0.3, 0.5, 0.8}) {
      double share =
          Arrays.stream(pValues).filter(p -> p <= level + 1e-12).count() / (double) trials;
      double deviation = 4 * Math.sqrt(level * (1 - level) / trials);
      System.out.printf("p ≤ %s in %.4f of %d tests%n", level, share, trials);
      assertEquals(level, share, deviation);
    }
  }

  @Test
  void pValueIsSmallestWhenTheWitnessIsAligned() {
    double[][] teacher = RandomTables.distributions(random, 200, 5, 2);
    double[][] witness = RandomTables.noisy(random, teacher, 1);
    PermutationResult result = run(teacher, witness, 999, 7, 2);
    assertEquals(new PermutationResult(1 / 1000.0, 999, 0, 7), result);
  }

  @Test
  void pValueIsOneForAConstantWitnessThoughRoundingBreaksTies() {
    for (int trial = 0; trial < 200; trial++) {
      int n = 2 + random.nextInt(5);
      double[][] teacher = RandomTables.distributions(random, n, 5, 2);
      double[][] witness = RandomTables.constant(RandomTables.mean(teacher), n);
      for (double[] row : witness) {
        // Renormalised when read: the same distribution, but for the last bits.
        double factor = 1 + 9e-7 * (2 * random.nextDouble() - 1);
        Arrays.setAll(row, k -> row[k] * factor);
      }
      assertEquals(1, run(teacher, witness, 99, trial, 1).pValue());
    }
  }

  @Test
  void infiniteLossIsNoEvidence() {
    double[][] teacher = {{1, 0}, {0, 1}, {1, 0}, {0, 1}};
    double[][] wrong = {{1, 0}, {1, 0}, {0, 1}, {0, 1}};
    assertEquals(1, run(teacher, wrong, 99, 1, 1).pValue());
    // Perfect, but 2!·2! of the 4! permutations are as good.
    double p = run(teacher, teacher, 9_999, 1, 1).pValue();
    assertEquals(1 / 6.0, p, 0.015);
  }

  @Test
  void seedDecidesAndThreadsDoNot() {
    double[][] teacher = RandomTables.distributions(random, 60, 4, 2);
    double[][] witness =
        RandomTables.noisy(random, RandomTables.distributions(random, 60, 4, 2), 1);
    PermutationResult alone = run(teacher, witness, 499, 3, 1);
    for (int threads : new int[] {2, 3, 7}) {
      assertEquals(alone, run(teacher, witness, 499, 3, threads));
    }
    boolean differs =
        IntStream.range(4, 10)
            .anyMatch(
                seed ->
                    run(teacher, witness, 499, seed, 1).atLeastObserved()
                        != alone.atLeastObserved());
    assertTrue(differs, "seeds change nothing");
  }

  @Test
  void samplesMoveTogether() {
    double[][] teacher = RandomTables.distributions(random, 40, 4, 2);
    double[][] witness = RandomTables.noisy(random, teacher, 3);
    double[][] twice = new double[80][];
    System.arraycopy(witness, 0, twice, 0, 40);
    System.arraycopy(witness, 0, twice, 40, 40);
    PermutationResult once = run(teacher, witness, 199, 5, 1);
    PermutationResult repeated =
        PermutationTest.run(
            RowSources.of(teacher),
            Witness.probabilities(RowSources.of(twice)).withSamples(2),
            199,
            5,
            1);
    assertEquals(once, repeated);
  }

  @Test
  void refusals() {
    double[][] teacher = {{1, 0}, {0, 1}};
    assertMessage(
        "0 permutations on 1 threads: both must be at least 1",
        () -> run(teacher, teacher, 0, 1, 1));
    assertMessage(
        "teacher has 2 rows of 2 columns, witness has 1 of 2: expected the same inputs, in the same"
            + " order",
        () -> run(teacher, new double[][] {{1, 0}}, 9, 1, 1));
    assertMessage(
        "witness: row 1 sums to 0.5 (its largest entry is column 0, 0.5): expected 1 within 1.0E-6;"
            + " normalise the row, or check which way the table is scaled and laid out",
        () -> run(teacher, new double[][] {{1, 0}, {0.5, 0}}, 9, 1, 1));
  }

  private static PermutationResult run(
      double[][] teacher, double[][] witness, int permutations, long seed, int threads) {
    return PermutationTest.run(
        RowSources.of(teacher),
        Witness.probabilities(RowSources.of(witness)),
        permutations,
        seed,
        threads);
  }

  private static void assertMessage(String message, Runnable refused) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, refused::run).getMessage());
  }
}
