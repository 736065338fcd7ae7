package dev.margrave.workers.teacher;

import dev.margrave.protocol.spec.TeacherSpec.Covariance;
import dev.margrave.workers.random.IndexedRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.MixtureMultivariateNormalDistribution;
import org.apache.commons.math3.distribution.MultivariateNormalDistribution;
import org.apache.commons.math3.distribution.fitting.MultivariateNormalMixtureExpectationMaximization;
import org.apache.commons.math3.exception.ConvergenceException;
import org.apache.commons.math3.util.Pair;

/**
 * One fit of a full-covariance mixture by the product, and by Commons Math from the same start.
 *
 * <p>It stands in the product's package because the fit of one candidate is no one else's business.
 */
public final class MixtureRig {
  private final Points points;
  private final int dimensions;
  private final int components;
  private final QuadraticFeatures features;
  private final int[] labels;

  /** Projects the pixels, whitened, and clusters them once for both contenders. */
  public MixtureRig(PixelRows pixels, int dimensions, int components) {
    PixelBlocks blocks =
        new PixelBlocks(
            pixels, "training", PcaSettings.DEFAULTS.blockRows(), CancellationCheck.NEVER);
    PrincipalComponents principal =
        PrincipalComponents.fit(
            blocks,
            row -> true,
            dimensions,
            PcaSettings.DEFAULTS,
            IndexedRandom.along(1, 2),
            () -> {});
    this.points = new Points(principal.project(blocks), dimensions);
    this.dimensions = dimensions;
    this.components = components;
    this.features = new QuadraticFeatures(dimensions, Covariance.FULL);
    double[] scale = new double[dimensions];
    Arrays.fill(scale, 1);
    this.labels =
        KMeans.labels(
            points, scale, components, 10, IndexedRandom.along(1, 3), CancellationCheck.NEVER);
  }

  /** What a fit came to: mean log-likelihood in nats per image, after so many E-steps. */
  public record Fit(double meanLogLikelihood, int iterations, double seconds) {}

  /** The product's fit, until its own convergence or the limit. */
  public Fit ours(int maxIterations) {
    long begin = System.nanoTime();
    MixtureFit fit = fit(maxIterations);
    return new Fit(fit.meanLogLikelihood(), fit.iterations(), since(begin));
  }

  /** As many E-steps by Commons Math, from the mixture that the product starts from. */
  public Fit commons(int iterations) {
    GaussianMixture start = fit(1).mixture();
    List<Pair<Double, MultivariateNormalDistribution>> parts = new ArrayList<>(components);
    for (int k = 0; k < components; k++) {
      double[][] covariance = new double[dimensions][];
      for (int i = 0; i < dimensions; i++) {
        covariance[i] =
            Arrays.copyOfRange(start.covariance(k), i * dimensions, (i + 1) * dimensions);
      }
      parts.add(
          new Pair<>(
              start.weight(k), new MultivariateNormalDistribution(start.mean(k), covariance)));
    }
    double[][] rows = new double[points.rows()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(points.values(), i * dimensions, (i + 1) * dimensions);
    }
    long begin = System.nanoTime();
    var em = new MultivariateNormalMixtureExpectationMaximization(rows);
    try {
      em.fit(new MixtureMultivariateNormalDistribution(parts), iterations - 1, Double.MIN_VALUE);
    } catch (ConvergenceException e) {
      // It was to do just so many iterations; what they came to is kept.
      return new Fit(em.getLogLikelihood(), iterations, since(begin));
    }
    return new Fit(em.getLogLikelihood(), iterations, since(begin));
  }

  private MixtureFit fit(int maxIterations) {
    MixtureSettings defaults = MixtureSettings.DEFAULTS;
    return MixtureFit.of(
        points,
        features,
        components,
        labels,
        new MixtureSettings(
            defaults.lloydIterations(),
            maxIterations,
            defaults.relativeTolerance(),
            defaults.covarianceFloor()),
        (iteration, mean) -> {},
        CancellationCheck.NEVER);
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
