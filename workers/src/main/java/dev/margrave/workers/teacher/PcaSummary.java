package dev.margrave.workers.teacher;

import java.util.List;

/**
 * What the principal components explain.
 *
 * @param fitRows images that they were found on
 * @param columns numbers per image
 * @param variances of the standardised pixels along each component, falling; divisor n − 1
 * @param totalVariance of the standardised pixels over all directions
 */
public record PcaSummary(int fitRows, int columns, List<Double> variances, double totalVariance) {
  public PcaSummary {
    variances = List.copyOf(variances);
  }

  /** Share of the variance that the first {@code dimensions} components explain, in [0, 1]. */
  public double explainedVarianceRatio(int dimensions) {
    double sum = 0;
    for (double variance : variances.subList(0, dimensions)) {
      sum += variance;
    }
    return sum / totalVariance;
  }
}
