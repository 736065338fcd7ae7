package dev.margrave.certificate;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Tables to test with. */
final class RandomTables {
  private RandomTables() {}

  /** softmax of independent normal scores of the given spread. */
  static double[][] distributions(SplittableRandom random, int rows, int columns, double spread) {
    double[][] table = new double[rows][columns];
    for (double[] row : table) {
      Arrays.setAll(row, k -> Math.exp(spread * random.nextGaussian()));
      normalise(row);
    }
    return table;
  }

  /** Every row multiplied by the exponential of normal noise, and normalised. */
  static double[][] noisy(SplittableRandom random, double[][] table, double spread) {
    double[][] noisy = new double[table.length][];
    for (int i = 0; i < table.length; i++) {
      noisy[i] = table[i].clone();
      for (int k = 0; k < noisy[i].length; k++) {
        noisy[i][k] *= Math.exp(spread * random.nextGaussian());
      }
      normalise(noisy[i]);
    }
    return noisy;
  }

  /** The mean of the rows, in every row of a new table. */
  static double[][] constant(double[] row, int rows) {
    double[][] table = new double[rows][];
    Arrays.setAll(table, i -> row.clone());
    return table;
  }

  static double[] mean(double[][] table) {
    double[] mean = new double[table[0].length];
    for (double[] row : table) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += row[k] / table.length;
      }
    }
    return mean;
  }

  static double[][] logarithms(double[][] table) {
    return Arrays.stream(table)
        .map(row -> Arrays.stream(row).map(Math::log).toArray())
        .toArray(double[][]::new);
  }

  static void normalise(double[] row) {
    double sum = Arrays.stream(row).sum();
    Arrays.setAll(row, k -> row[k] / sum);
  }

  static Certificate certify(double[][] teacher, double[][] witness) {
    return certify(teacher, witness, CertificateSettings.defaults().withThreads(1));
  }

  static Certificate certify(double[][] teacher, double[][] witness, CertificateSettings settings) {
    return Certifier.certify(
        RowSources.of(teacher), Witness.probabilities(RowSources.of(witness)), settings);
  }
}
