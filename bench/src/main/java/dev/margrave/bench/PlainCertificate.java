package dev.margrave.bench;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The same quantities as somebody would write them down in an afternoon: Java streams over rows,
 * plain sums, nothing checked, no bound on rounding.
 *
 * @param information I, in nats
 * @param loss L, in nats
 * @param margin G, in nats
 * @param standardError of the margin, in nats
 * @param witnessInformation I_W, in nats
 */
record PlainCertificate(
    double information,
    double loss,
    double margin,
    double standardError,
    double witnessInformation) {

  static PlainCertificate of(CertificateTables tables, boolean parallel) {
    int n = tables.rows();
    int columns = tables.columns();
    double[] t = tables.teacher();
    double[] logW = tables.logWitness();
    double[] logMean =
        Arrays.stream(
                rows(n, parallel)
                    .collect(
                        () -> new double[columns],
                        (sum, i) -> {
                          for (int k = 0; k < columns; k++) {
                            sum[k] += t[i * columns + k];
                          }
                        },
                        PlainCertificate::add))
            .map(sum -> Math.log(sum / n))
            .toArray();
    // I, G, G², Σ w ln w, then Σ w by column.
    double[] sums =
        rows(n, parallel)
            .collect(
                () -> new double[4 + columns],
                (sum, i) -> addRow(sum, i * columns, t, logW, logMean),
                PlainCertificate::add);
    double information = sums[0] / n;
    double margin = sums[1] / n;
    double variance = (sums[2] / n - margin * margin) * n / (n - 1.0);
    double ofMean =
        Arrays.stream(sums, 4, 4 + columns).map(sum -> sum / n).map(w -> w * Math.log(w)).sum();
    return new PlainCertificate(
        information, information - margin, margin, Math.sqrt(variance / n), sums[3] / n - ofMean);
  }

  private static void addRow(double[] sum, int first, double[] t, double[] logW, double[] logMean) {
    double margin = 0;
    for (int k = 0; k < logMean.length; k++) {
      double teacher = t[first + k];
      double log = logW[first + k];
      double witness = Math.exp(log);
      sum[0] += teacher * (Math.log(teacher) - logMean[k]);
      margin += teacher * (log - logMean[k]);
      sum[3] += witness * log;
      sum[4 + k] += witness;
    }
    sum[1] += margin;
    sum[2] += margin * margin;
  }

  private static void add(double[] to, double[] from) {
    for (int k = 0; k < to.length; k++) {
      to[k] += from[k];
    }
  }

  private static IntStream rows(int n, boolean parallel) {
    IntStream rows = IntStream.range(0, n);
    return parallel ? rows.parallel() : rows;
  }
}
