package dev.margrave.workers.teacher;

/**
 * What a candidate is judged by, from the rows of its table one at a time.
 *
 * <p>I = H(T̄) − (1/n) Σ_i H(T_i), which equals (1/n) Σ_i KL(T_i ‖ T̄); usage entropy H(T̄);
 * log-odds energy (1/n) Σ_i ‖ln T_i − mean_k ln T_ik‖². Entropies in nats. Every entry must be
 * above 0.
 */
final class TableStatistics {
  private final double[] sums;
  private double entropySum;
  private double energySum;
  private long rows;

  TableStatistics(int components) {
    sums = new double[components];
  }

  /** Adds the row of K probabilities that starts at {@code from}. */
  void add(double[] table, int from) {
    int components = sums.length;
    double entropy = 0;
    double logSum = 0;
    double logSquares = 0;
    // Log-odds are taken against the uniform row: the sums below then cancel less.
    double logUniform = -Math.log(components);
    for (int k = 0; k < components; k++) {
      double probability = table[from + k];
      double log = Math.log(probability);
      sums[k] += probability;
      entropy -= probability * log;
      logSum += log - logUniform;
      logSquares += (log - logUniform) * (log - logUniform);
    }
    entropySum += entropy;
    energySum += Math.max(0, logSquares - logSum * logSum / components);
    rows++;
  }

  /** I. */
  double informationNats() {
    return Math.max(0, usageEntropyNats() - entropySum / rows);
  }

  /** H(T̄), at most ln K. */
  double usageEntropyNats() {
    double entropy = 0;
    for (double sum : sums) {
      double probability = sum / rows;
      entropy -= probability * Math.log(probability);
    }
    return entropy;
  }

  /** E‖ln T − mean_k ln T‖². */
  double logOddsEnergy() {
    return energySum / rows;
  }
}
