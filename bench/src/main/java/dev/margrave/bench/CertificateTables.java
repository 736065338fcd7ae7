package dev.margrave.bench;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A teacher and a witness that follows it loosely, of any size, in memory. */
final class CertificateTables {
  private final int rows;
  private final int columns;
  private final double[] teacher;
  private final double[] logWitness;

  private CertificateTables(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.teacher = new double[Math.multiplyExact(rows, columns)];
    this.logWitness = new double[teacher.length];
  }

  /** The same numbers each time. */
  static CertificateTables random(int rows, int columns) {
    CertificateTables tables = new CertificateTables(rows, columns);
    IntStream.range(0, rows).parallel().forEach(tables::fill);
    return tables;
  }

  /** n. */
  int rows() {
    return rows;
  }

  /** K. */
  int columns() {
    return columns;
  }

  /** T {@code [n, K]}, probabilities. */
  double[] teacher() {
    return teacher;
  }

  /** ln W {@code [n, K]}. */
  double[] logWitness() {
    return logWitness;
  }

  private void fill(int row) {
    SplittableRandom random = new SplittableRandom(row);
    double teacherSum = 0;
    double witnessSum = 0;
    int first = row * columns;
    for (int k = first; k < first + columns; k++) {
      double x = random.nextDouble();
      teacher[k] = x * x * x * x + 1e-4;
      logWitness[k] = teacher[k] * (0.3 + random.nextDouble());
      teacherSum += teacher[k];
      witnessSum += logWitness[k];
    }
    for (int k = first; k < first + columns; k++) {
      teacher[k] /= teacherSum;
      logWitness[k] = Math.log(logWitness[k] / witnessSum);
    }
  }

  /** In both tables. */
  long bytes() {
    return 2L * teacher.length * Double.BYTES;
  }
}
