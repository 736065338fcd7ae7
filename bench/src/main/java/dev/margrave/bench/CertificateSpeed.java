package dev.margrave.bench;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Certifier;
import dev.margrave.certificate.RowSource;
import dev.margrave.certificate.RowSources;
import dev.margrave.certificate.Witness;
import dev.margrave.certificate.npy.NpyArray;
import dev.margrave.certificate.npy.NpyWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The certificate of two tables of doubles, in memory and from .npy files that the system holds in
 * its cache, beside a copy of the same bytes and plain Java streams: {@code certificate
 * [rows=1000000] [columns=100] [threads=2] [rounds=7]}. The copy is by as many threads.
 */
final class CertificateSpeed {
  /** Rounds that are not counted: what the compiler needs. */
  private static final int WARM = 2;

  private CertificateSpeed() {}

  static void run(List<String> arguments) throws Exception {
    int rows = Bench.number(arguments, "rows", 1_000_000);
    int columns = Bench.number(arguments, "columns", 100);
    int threads = Bench.number(arguments, "threads", 2);
    int rounds = Bench.number(arguments, "rounds", 7);
    CertificateTables tables = CertificateTables.random(rows, columns);
    Path directory = Files.createTempDirectory("margrave-bench");
    try {
      Path teacherFile = write(directory.resolve("T.npy"), tables.teacher(), rows, columns);
      Path witnessFile = write(directory.resolve("logW.npy"), tables.logWitness(), rows, columns);
      double[] target = new double[tables.teacher().length];
      CertificateSettings settings = CertificateSettings.defaults().withThreads(threads);
      RowSource teacher = RowSources.of(tables.teacher(), columns);
      Witness witness = Witness.logProbabilities(RowSources.of(tables.logWitness(), columns));
      agree(Certifier.certify(teacher, witness, settings), PlainCertificate.of(tables, true));
      for (int phase = 0; phase < 2; phase++) {
        Bench.say(phase == 0 ? "warming up" : "measured");
        new Comparison(
                "certificate of %,d rows of %d columns on %d threads"
                    .formatted(rows, columns, threads),
                "GB/s of both tables")
            .add("copy", () -> rate(tables, () -> copy(tables, target, threads)))
            .add(
                "margrave", () -> rate(tables, () -> Certifier.certify(teacher, witness, settings)))
            .add(
                "margrave-npy",
                () ->
                    rate(
                        tables,
                        () ->
                            Certifier.certify(
                                RowSources.of(NpyArray.map(teacherFile)),
                                Witness.logProbabilities(RowSources.of(NpyArray.map(witnessFile))),
                                settings)))
            .add("streams", () -> rate(tables, () -> PlainCertificate.of(tables, false)))
            .add("streams-parallel", () -> rate(tables, () -> PlainCertificate.of(tables, true)))
            .run(phase == 0 ? WARM : rounds);
      }
    } finally {
      for (String name : List.of("T.npy", "logW.npy")) {
        Files.deleteIfExists(directory.resolve(name));
      }
      Files.delete(directory);
    }
  }

  /** What is timed. */
  private interface Timed {
    Object compute() throws Exception;
  }

  private static double rate(CertificateTables tables, Timed timed) throws Exception {
    long began = System.nanoTime();
    Object result = timed.compute();
    double seconds = (System.nanoTime() - began) / 1e9;
    if (result == null) {
      throw new IllegalStateException("nothing was computed");
    }
    return tables.bytes() / seconds / 1e9;
  }

  private static Object copy(CertificateTables tables, double[] target, int threads) {
    for (double[] source : List.of(tables.teacher(), tables.logWitness())) {
      IntStream.range(0, threads)
          .mapToObj(
              part -> {
                int from = (int) ((long) source.length * part / threads);
                int to = (int) ((long) source.length * (part + 1) / threads);
                Thread thread =
                    new Thread(() -> System.arraycopy(source, from, target, from, to - from));
                thread.start();
                return thread;
              })
          .toList()
          .forEach(CertificateSpeed::join);
    }
    return target;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while copying", e);
    }
  }

  private static void agree(Certificate ours, PlainCertificate plain) {
    same("margin", ours.marginNats(), plain.margin());
    same("information", ours.teacherInformationNats(), plain.information());
    same("loss", ours.alignmentLossNats(), plain.loss());
    same("standard error", ours.standardErrorNats(), plain.standardError());
    same("witness information", ours.witnessInformationNats(), plain.witnessInformation());
  }

  private static void same(String what, double ours, double plain) {
    if (!(Math.abs(ours - plain) <= 1e-6 * Math.max(1, Math.abs(ours)))) {
      throw new IllegalStateException("%s is %s and %s".formatted(what, ours, plain));
    }
  }

  private static Path write(Path file, double[] values, int rows, int columns) throws Exception {
    NpyWriter.write(file, values, rows, columns);
    return file;
  }
}
