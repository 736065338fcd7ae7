package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.result.MutualInformation;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The estimate of I_q(x; z), against sums written out and against cases whose answer is known. */
class AggregatePosteriorTest {
  private static final long SEED = 11;

  private static Posteriors spread(int n, int latent, double distance, float logVariance) {
    float[] mean = new float[n * latent];
    new CounterRandom(5, Stream.EVALUATION_NOISE, 0).fillGaussian(mean);
    for (int i = 0; i < mean.length; i++) {
      mean[i] *= (float) distance;
    }
    float[] logVariances = new float[n * latent];
    Arrays.fill(logVariances, logVariance);
    return new Posteriors(n, latent, mean, logVariances);
  }

  /** The definition, term by term, with densities and their constants. */
  private static double[] written(Posteriors q) {
    float[] noise = new float[q.size() * q.latent()];
    new CounterRandom(SEED, Stream.EVALUATION_NOISE, -2).fillGaussian(noise);
    double[] terms = new double[q.size()];
    for (int i = 0; i < q.size(); i++) {
      double mixture = 0;
      double own = 0;
      for (int j = 0; j < q.size(); j++) {
        double density = 1;
        for (int d = 0; d < q.latent(); d++) {
          int at = i * q.latent() + d;
          double z = q.mean()[at] + Math.exp(0.5 * q.logVariance()[at]) * noise[at];
          int to = j * q.latent() + d;
          double variance = Math.exp(q.logVariance()[to]);
          double difference = z - q.mean()[to];
          density *=
              Math.exp(-difference * difference / (2 * variance))
                  / Math.sqrt(2 * Math.PI * variance);
        }
        mixture += density / q.size();
        own = j == i ? density : own;
      }
      terms[i] = Math.log(own) - Math.log(mixture);
    }
    return terms;
  }

  @Test
  void smallGaussiansComeOutAsWrittenOut() {
    Posteriors q = spread(7, 3, 0.8, 0);
    for (int i = 0; i < q.logVariance().length; i++) {
      q.logVariance()[i] = -0.3f * (i % 4);
    }
    double[] terms = written(q);
    double mean = Arrays.stream(terms).average().orElseThrow();
    double variance =
        Arrays.stream(terms).map(term -> (term - mean) * (term - mean)).sum() / (terms.length - 1);
    MutualInformation estimate = AggregatePosterior.estimate(q, SEED);
    assertEquals(mean, estimate.nats(), 1e-9);
    assertEquals(Math.sqrt(variance / terms.length), estimate.standardErrorNats(), 1e-9);
    assertEquals(7, estimate.images());
    assertEquals(7, estimate.aggregated());
    assertEquals(Math.log(7), estimate.ceilingNats(), 1e-12);
    assertTrue(estimate.nats() > 0.1 && estimate.nats() < Math.log(7), estimate.toString());
  }

  @Test
  void aCollapsedPosteriorTellsNothing() {
    MutualInformation estimate = AggregatePosterior.estimate(spread(400, 4, 0, 0), SEED);
    assertEquals(0, estimate.nats(), 1e-12);
    assertEquals(0, estimate.standardErrorNats(), 1e-12);
  }

  @Test
  void wellSeparatedPosteriorsReachTheCeiling() {
    MutualInformation estimate = AggregatePosterior.estimate(spread(400, 4, 10_000, 0), SEED);
    assertEquals(Math.log(400), estimate.nats(), 1e-6);
    assertTrue(estimate.nats() <= estimate.ceilingNats() + 1e-12);
  }

  @Test
  void narrowPosteriorsFarFromTheirMixtureDoNotOverflow() {
    MutualInformation estimate = AggregatePosterior.estimate(spread(50, 200, 1, -40), SEED);
    assertEquals(Math.log(50), estimate.nats(), 1e-9);
  }

  @Test
  void theMeanIsOverAThousandImagesAndTheMixtureOverFiveThousand() {
    MutualInformation estimate = AggregatePosterior.estimate(spread(5300, 4, 10_000, 0), SEED);
    assertEquals(1000, estimate.images());
    assertEquals(5000, estimate.aggregated());
    assertEquals(Math.log(5000), estimate.nats(), 1e-6);
  }

  @Test
  void oneImageHasNoStandardError() {
    MutualInformation estimate = AggregatePosterior.estimate(spread(1, 2, 1, 0), SEED);
    assertEquals(0, estimate.nats(), 1e-12);
    assertTrue(Double.isNaN(estimate.standardErrorNats()));
  }
}
