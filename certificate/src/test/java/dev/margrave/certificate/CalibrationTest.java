package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How often a witness that knows nothing of its input is certified all the same.
 *
 * <p>In every trial z is drawn independently of the input and read by an arbitrary random head. The
 * heads start at T̄ of the population or at random, and their weights range from so small that the
 * margin is all estimation noise, over 1/√n, where luck pays best, to large.
 */
class CalibrationTest {
  private static final int TRIALS = 10_000;

  /** The teachers of the simulation. */
  private enum Teacher {
    SOFT,
    SHARP,
    ONE_HOT,
    RARE_CLASSES;

    /** A table that is not constant, for which there would be no verdict. */
    double[][] draw(SplittableRandom random, int n, int k) {
      double[][] table = drawAny(random, n, k);
      double[] first = table[0];
      return Arrays.stream(table).allMatch(row -> Arrays.equals(row, first))
          ? draw(random, n, k)
          : table;
    }

    private double[][] drawAny(SplittableRandom random, int n, int k) {
      double[][] table =
          switch (this) {
            case SOFT -> RandomTables.distributions(random, n, k, 0.5);
            case SHARP -> RandomTables.distributions(random, n, k, 4);
            case ONE_HOT, RARE_CLASSES -> new double[n][k];
          };
      if (this == ONE_HOT) {
        Arrays.stream(table).forEach(row -> row[random.nextInt(k)] = 1);
      } else if (this == RARE_CLASSES) {
        for (double[] row : table) {
          Arrays.fill(row, 0.01 / k);
          row[random.nextInt(20) == 0 ? 1 + random.nextInt(k - 1) : 0] += 0.99;
        }
      }
      return table;
    }

    /** ln T̄ of the population, up to a constant. */
    double[] scores(int k) {
      double[] scores = new double[k];
      if (this == RARE_CLASSES) {
        Arrays.fill(scores, Math.log(0.01 / k + 0.99 * 0.05 / (k - 1)));
        scores[0] = Math.log(0.01 / k + 0.99 * 0.95);
      }
      return scores;
    }
  }

  @Test
  void atMostFivePercentAreCertifiedWithoutASafetyMargin() {
    int[] sizes = {20, 60, 200, 600};
    int certified = certified(sizes, CertificateSettings.defaults().withSafetyMarginNats(0));
    System.out.printf("certified by chance at τ = 0: %d of %d%n", certified, TRIALS);
    assertTrue(certified <= TRIALS / 20, () -> "certified by chance: " + certified);
    assertTrue(certified > 0, "nothing was ever certified: the simulation is too easy");
  }

  @Test
  void noneIsCertifiedAtTheDefaultSafetyMargin() {
    assertEquals(0, certified(new int[] {1000}, CertificateSettings.defaults()));
  }

  private static int certified(int[] sizes, CertificateSettings settings) {
    long seed = Seeds.of(CalibrationTest.class);
    AtomicInteger certified = new AtomicInteger();
    IntStream.range(0, TRIALS)
        .parallel()
        .forEach(
            trial -> {
              SplittableRandom random = new SplittableRandom(seed + trial).split();
              int n = sizes[trial % sizes.length];
              int k = new int[] {2, 3, 6}[random.nextInt(3)];
              Teacher teacher = Teacher.values()[random.nextInt(Teacher.values().length)];
              Certificate certificate =
                  RandomTables.certify(
                      teacher.draw(random, n, k),
                      randomHead(random, teacher.scores(k), n),
                      settings.withThreads(1));
              if (certificate.verdict() == Verdict.CERTIFIED) {
                certified.incrementAndGet();
              }
            });
    return certified.get();
  }

  /** softmax(scores + A·z_i + b) with z_i normal, of up to 4 dimensions, one draw per input. */
  private static double[][] randomHead(SplittableRandom random, double[] scores, int n) {
    int k = scores.length;
    int latent = 1 + random.nextInt(4);
    double scale =
        switch (random.nextInt(3)) {
          case 0 -> Math.pow(10, -4 * random.nextDouble());
          case 1 -> (0.2 + 2 * random.nextDouble()) / Math.sqrt(n * (double) latent);
          default -> 2 * random.nextDouble();
        };
    double biasScale = random.nextBoolean() ? 0 : scale;
    double[][] weights = new double[k][latent];
    double[] biases = new double[k];
    for (int c = 0; c < k; c++) {
      Arrays.setAll(weights[c], d -> scale * random.nextGaussian());
      biases[c] = scores[c] + biasScale * random.nextGaussian();
    }
    double[][] witness = new double[n][k];
    double[] z = new double[latent];
    for (double[] row : witness) {
      Arrays.setAll(z, d -> random.nextGaussian());
      for (int c = 0; c < k; c++) {
        double score = biases[c];
        for (int d = 0; d < latent; d++) {
          score += weights[c][d] * z[d];
        }
        row[c] = Math.exp(score);
      }
      RandomTables.normalise(row);
    }
    return witness;
  }
}
