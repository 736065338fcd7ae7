package dev.margrave.bench;

import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Certifier;
import dev.margrave.certificate.RowSources;
import dev.margrave.certificate.Witness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the time of a certificate in memory grows with n, at ten classes, and with K, at 100,000
 * rows: {@code growth-certificate [largest=10000000] [classes=1000] [threads=2] [rounds=7]}.
 */
final class GrowthCertificate {
  private static final int COLUMNS = 10;
  private static final int ROWS = 100_000;

  private GrowthCertificate() {}

  static void run(List<String> arguments) {
    int largest = Bench.number(arguments, "largest", 10_000_000);
    int classes = Bench.number(arguments, "classes", 1000);
    int threads = Bench.number(arguments, "threads", 2);
    int rounds = Bench.number(arguments, "rounds", 7);
    measure(1000, COLUMNS, threads, 200);
    List<Growth.Point> byRows = new ArrayList<>();
    for (int rows = 1000; rows <= largest; rows *= 10) {
      byRows.add(new Growth.Point(rows, measure(rows, COLUMNS, threads, rounds)));
    }
    Growth.say("n, at K = " + COLUMNS, "s", byRows);
    List<Growth.Point> byColumns = new ArrayList<>();
    for (int columns = 10; columns <= classes; columns *= 10) {
      int rows = Math.min(ROWS, largest);
      byColumns.add(new Growth.Point(columns, measure(rows, columns, threads, rounds)));
    }
    Growth.say("K, at n = " + Math.min(ROWS, largest), "s", byColumns);
  }

  /** The median time, in seconds. */
  private static double measure(int rows, int columns, int threads, int rounds) {
    CertificateTables tables = CertificateTables.random(rows, columns);
    double[] seconds = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      long began = System.nanoTime();
      Certifier.certify(
          RowSources.of(tables.teacher(), columns),
          Witness.logProbabilities(RowSources.of(tables.logWitness(), columns)),
          CertificateSettings.defaults().withThreads(threads));
      seconds[round] = (System.nanoTime() - began) / 1e9;
    }
    Arrays.sort(seconds);
    return Comparison.median(seconds);
  }
}
