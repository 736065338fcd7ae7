package dev.margrave.certificate;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Tests whether the witness knows anything about its own input's teacher row.
 *
 * <p>Under the null hypothesis that z is independent of the input, pairing T_i with w_π(i) for a
 * random permutation π changes nothing in distribution, so the observed margin is one among B + 1
 * exchangeable ones, and p = (1 + #{G_π ≥ G})/(B + 1) is at most α with probability at most α, at
 * any n. All samples of an input move together. In G = (1/n) Σ_i T_i·ln w_π(i) − Σ_k T̄_k ln T̄_k
 * the second term never changes, so only the first is computed.
 *
 * <p><b>Cost.</b> O(B·n·K) time; 16·n·K bytes, for random access to both tables.<br>
 * <b>Source.</b> B. Phipson, G. K. Smyth, "Permutation p-values should never be zero", Stat. Appl.
 * Genet. Mol. Biol. 9 (2010), for the + 1.
 */
public final class PermutationTest {
  /** The usual number of permutations: p goes down to 0.001. */
  public static final int DEFAULT_PERMUTATIONS = 999;

  private static final double UNIT_ROUNDOFF = 0x1p-53;

  private PermutationTest() {}

  /**
   * Runs the test.
   *
   * @param permutations B, at least 1
   * @param seed the same seed gives the same permutations, at any number of threads
   * @throws IllegalArgumentException as {@link Certifier#certify}, and if n is beyond 2³¹ − 1
   */
  public static PermutationResult run(
      RowSource teacher, Witness witness, int permutations, long seed, int threads) {
    if (permutations < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "%d permutations on %d threads: both must be at least 1"
              .formatted(permutations, threads));
    }
    Tables.check(teacher, witness);
    if (teacher.rows() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s has %d rows: a permutation test holds at most %d in memory"
              .formatted(Tables.label("teacher", teacher), teacher.rows(), Integer.MAX_VALUE));
    }
    double[][] teacherRows = teacherRows(teacher);
    double[][] logWitness = meanLogWitness(witness);
    int[] identity = identity(teacherRows.length);
    double observed = alignment(teacherRows, logWitness, identity);

    SplittableRandom seeds = new SplittableRandom(seed);
    SplittableRandom[] randoms = new SplittableRandom[permutations];
    for (int b = 0; b < permutations; b++) {
      randoms[b] = seeds.split();
    }
    int[] atLeastObserved = new int[1];
    Blocks.forEach(
        permutations,
        1,
        threads,
        (from, to) -> {
          int[] permutation = shuffled(identity, randoms[(int) from]);
          return reaches(
              alignment(teacherRows, logWitness, permutation),
              observed,
              teacherRows.length,
              teacher.columns());
        },
        reached -> atLeastObserved[0] += reached ? 1 : 0);
    return new PermutationResult(
        (1.0 + atLeastObserved[0]) / (1.0 + permutations), permutations, atLeastObserved[0], seed);
  }

  /** Σ_i T_i·ln w_π(i), with 0·ln 0 = 0. */
  private static double alignment(double[][] teacher, double[][] logWitness, int[] permutation) {
    CompensatedSum sum = new CompensatedSum();
    for (int i = 0; i < teacher.length; i++) {
      double[] t = teacher[i];
      double[] logW = logWitness[permutation[i]];
      double row = 0;
      for (int k = 0; k < t.length; k++) {
        row += t[k] == 0 ? 0 : t[k] * logW[k];
      }
      sum.add(row);
    }
    return sum.value();
  }

  /**
   * Whether a permuted sum is at least the observed one, ties counted even if rounding broke them.
   *
   * <p>All terms have one sign, so that adding them up costs at most (K + 2)·u of a sum's own size;
   * T_ik and ln w_ik were off by 2.01u·T_ik and 3.01u·|ln w_ik| + 3.1u before ({@link
   * RoundoffBound}).
   */
  private static boolean reaches(double permuted, double observed, int rows, int columns) {
    if (Double.isInfinite(permuted) || Double.isInfinite(observed)) {
      return permuted >= observed;
    }
    double magnitude = Math.abs(permuted) + Math.abs(observed);
    double rounding = UNIT_ROUNDOFF * ((columns + 8.0) * magnitude + 8.0 * rows);
    return permuted >= observed - rounding;
  }

  private static double[][] teacherRows(RowSource teacher) {
    DistributionRows rows = DistributionRows.ofTeacher(teacher, 0);
    double[][] probabilities = new double[(int) teacher.rows()][];
    for (int i = 0; i < probabilities.length; i++) {
      rows.readProbabilities(i, 1);
      probabilities[i] = Arrays.copyOf(rows.probabilities(), teacher.columns());
    }
    return probabilities;
  }

  /** ln w_i, averaged over the samples of input i. */
  private static double[][] meanLogWitness(Witness witness) {
    DistributionRows rows = DistributionRows.ofWitness(witness, 0);
    int columns = witness.rows().columns();
    int inputs = (int) witness.inputs();
    double[][] mean = new double[inputs][columns];
    for (int sample = 0; sample < witness.samples(); sample++) {
      for (int i = 0; i < inputs; i++) {
        rows.read((long) sample * inputs + i, 1);
        for (int k = 0; k < columns; k++) {
          mean[i][k] += rows.logarithms()[k] / witness.samples();
        }
      }
    }
    return mean;
  }

  private static int[] identity(int length) {
    int[] identity = new int[length];
    for (int i = 0; i < length; i++) {
      identity[i] = i;
    }
    return identity;
  }

  /** Fisher and Yates. */
  private static int[] shuffled(int[] identity, SplittableRandom random) {
    int[] permutation = identity.clone();
    for (int i = permutation.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = permutation[i];
      permutation[i] = permutation[j];
      permutation[j] = swapped;
    }
    return permutation;
  }
}
