package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How often the lower bounds are below the margin that they bound.
 *
 * <p>The population is a finite set of pairs (T, w) with known weights, so that its T̄ and its
 * margin are known exactly; samples are drawn from it with replacement.
 */
class CoverageTest {
  private static final int TRIALS = 2_000;
  private static final double FLOOR = 1e-3;

  private static final class Population {
    private final double[][] teacher;
    private final double[][] witness;
    private final double[] cumulative;

    /** Pairs (T, w), and the probability of drawing one of them or one before it. */
    Population(double[][] teacher, double[][] witness, double[] cumulative) {
      this.teacher = teacher;
      this.witness = witness;
      this.cumulative = cumulative;
    }

    /** G at the population's own T̄. */
    double margin() {
      double[] weights = new double[cumulative.length];
      Arrays.setAll(weights, a -> cumulative[a] - (a == 0 ? 0 : cumulative[a - 1]));
      double[] mean = new double[teacher[0].length];
      for (int a = 0; a < teacher.length; a++) {
        for (int k = 0; k < mean.length; k++) {
          mean[k] += weights[a] * teacher[a][k];
        }
      }
      double margin = 0;
      for (int a = 0; a < teacher.length; a++) {
        for (int k = 0; k < mean.length; k++) {
          margin += weights[a] * teacher[a][k] * Math.log(witness[a][k] / mean[k]);
        }
      }
      return margin;
    }

    Certificate certify(SplittableRandom random, int n, CertificateSettings settings) {
      double[][] t = new double[n][];
      double[][] w = new double[n][];
      for (int i = 0; i < n; i++) {
        double u = random.nextDouble();
        int a = 0;
        while (a < cumulative.length - 1 && cumulative[a] <= u) {
          a++;
        }
        t[i] = teacher[a];
        w[i] = witness[a];
      }
      return RandomTables.certify(t, w, settings);
    }
  }

  @Test
  void asymptoticBoundCoversAsStatedForAnAlignedWitness() {
    for (double confidence : new double[] {0.8, 0.95}) {
      for (int n : new int[] {200, 1000}) {
        double coverage = coverage(aligned(6), n, confidence, Integer.MAX_VALUE, false);
        // Three standard errors of the simulation.
        double allowed = confidence - 3 * Math.sqrt(confidence * (1 - confidence) / TRIALS);
        assertTrue(
            coverage >= allowed,
            () -> "n %d: covered %s instead of %s".formatted(n, coverage, confidence));
        assertTrue(coverage < 0.995, () -> "bound far too low: " + coverage);
      }
    }
  }

  @Test
  void hoeffdingBoundCoversAtEverySize() {
    for (double confidence : new double[] {0.5, 0.95}) {
      for (int n : new int[] {2, 10, 200}) {
        for (Population population : new Population[] {aligned(4), rare()}) {
          double coverage = coverage(population, n, confidence, TRIALS / 4, true);
          double allowed =
              confidence - 3 * Math.sqrt(confidence * (1 - confidence) / (TRIALS / 4.0));
          assertTrue(
              coverage >= allowed,
              () -> "n %d: covered %s instead of %s".formatted(n, coverage, confidence));
        }
      }
    }
  }

  private static double coverage(
      Population population, int n, double confidence, int atMost, boolean hoeffding) {
    long seed = Seeds.of(CoverageTest.class);
    int trials = Math.min(TRIALS, atMost);
    double margin = population.margin();
    CertificateSettings settings =
        CertificateSettings.defaults()
            .withThreads(1)
            .withConfidence(confidence)
            .withFloors(FLOOR, FLOOR);
    AtomicInteger covered = new AtomicInteger();
    AtomicInteger constant = new AtomicInteger();
    IntStream.range(0, trials)
        .parallel()
        .forEach(
            trial -> {
              SplittableRandom random = new SplittableRandom(seed + trial).split();
              LowerBounds bounds;
              try {
                bounds = population.certify(random, n, settings).lowerBounds();
              } catch (IllegalArgumentException constantTeacher) {
                constant.incrementAndGet();
                return;
              }
              double bound = hoeffding ? bounds.hoeffding().orElseThrow() : bounds.asymptotic();
              if (bound <= margin) {
                covered.incrementAndGet();
              }
            });
    double coverage = covered.get() / (double) (trials - constant.get());
    System.out.printf(
        "%s, n = %d, stated %s: covered %.4f (%d samples had a constant teacher)%n",
        hoeffding ? "Hoeffding" : "asymptotic", n, confidence, coverage, constant.get());
    return coverage;
  }

  /** 40 atoms of unequal weight; the witness is the teacher with noise. */
  private static Population aligned(int k) {
    SplittableRandom random = Seeds.random(CoverageTest.class);
    int atoms = 40;
    double[][] teacher = floored(RandomTables.distributions(random, atoms, k, 2));
    double[][] witness = floored(RandomTables.noisy(random, teacher, 0.7));
    double[] cumulative = new double[atoms];
    Arrays.setAll(cumulative, a -> (a + 1.0) * (a + 2) / (atoms * (atoms + 1.0)));
    return new Population(teacher, witness, cumulative);
  }

  /** A rare atom on which the witness fails as badly as its floor allows: skewed, hard to bound. */
  private static Population rare() {
    double[][] teacher = floored(new double[][] {{1, 0}, {0, 1}, {0, 1}});
    double[][] witness = floored(new double[][] {{1, 0}, {0, 1}, {1, 0}});
    return new Population(teacher, witness, new double[] {0.5, 0.95, 1});
  }

  /** (1 − ε)·T + ε/K with ε/K = FLOOR. */
  private static double[][] floored(double[][] table) {
    for (double[] row : table) {
      Arrays.setAll(row, k -> (1 - FLOOR * row.length) * row[k] + FLOOR);
    }
    return table;
  }
}
