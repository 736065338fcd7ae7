package dev.margrave.bench;

import java.util.List;
import java.util.Map;

/**
 * The certificate of two tables of doubles, in memory and from .npy files that the system holds in
 * its cache, beside a copy of the same bytes and plain Java streams: {@code certificate
 * [rows=1000000] [columns=100] [threads=2] [rounds=5] [milliseconds=1000] [warm=5]}. Each is
 * measured by JMH in a process of its own, {@code warm} iterations of so many milliseconds and then
 * as many again, round after round.
 */
final class CertificateSpeed {
  private CertificateSpeed() {}

  static void run(List<String> arguments) throws Exception {
    int rows = Bench.number(arguments, "rows", 1_000_000);
    int columns = Bench.number(arguments, "columns", 100);
    int threads = Bench.number(arguments, "threads", 2);
    double gigabytes = 2e-9 * rows * columns * Double.BYTES;
    Methods methods =
        new Methods(
            CertificateMethods.class,
            Map.of(
                "rows", String.valueOf(rows),
                "columns", String.valueOf(columns),
                "threads", String.valueOf(threads)),
            Bench.number(arguments, "milliseconds", 1000),
            Bench.number(arguments, "warm", 5));
    Comparison comparison =
        new Comparison(
            "certificate of %,d rows of %d columns on %d threads".formatted(rows, columns, threads),
            "GB/s of both tables");
    for (String method : List.of("copy", "margrave", "margraveNpy", "streams", "streamsParallel")) {
      comparison.add(method, () -> gigabytes / methods.seconds(method));
    }
    comparison.run(Bench.number(arguments, "rounds", 5));
  }
}
