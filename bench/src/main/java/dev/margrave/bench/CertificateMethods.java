package dev.margrave.bench;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Certifier;
import dev.margrave.certificate.RowSource;
import dev.margrave.certificate.RowSources;
import dev.margrave.certificate.Witness;
import dev.margrave.certificate.npy.NpyArray;
import dev.margrave.certificate.npy.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What {@link CertificateSpeed} times: each method once over both tables. */
@State(Scope.Benchmark)
public class CertificateMethods {
  @Param("1000000")
  public int rows;

  @Param("100")
  public int columns;

  @Param("2")
  public int threads;

  private CertificateTables tables;
  private CertificateSettings settings;
  private double[] target;
  private Path directory;
  private Path teacherFile;
  private Path witnessFile;

  /**
   * Makes the tables, and the files, which the system then holds in its cache.
   *
   * @throws IllegalStateException when Margrave and the plain streams compute different things
   */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    tables = CertificateTables.random(rows, columns);
    settings = CertificateSettings.defaults().withThreads(threads);
    target = new double[tables.teacher().length];
    directory = Files.createTempDirectory("margrave-bench");
    teacherFile = directory.resolve("T.npy");
    witnessFile = directory.resolve("logW.npy");
    NpyWriter.write(teacherFile, tables.teacher(), rows, columns);
    NpyWriter.write(witnessFile, tables.logWitness(), rows, columns);
    agree(margrave(), PlainCertificate.of(tables, true));
  }

  /** Deletes the files. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    Folders.delete(directory);
  }

  /** The memory's bandwidth: both tables copied, by as many threads. */
  @Benchmark
  public double[] copy() throws InterruptedException {
    for (double[] source : List.of(tables.teacher(), tables.logWitness())) {
      List<Thread> copying =
          IntStream.range(0, threads).mapToObj(part -> copy(source, part)).toList();
      for (Thread thread : copying) {
        thread.join();
      }
    }
    return target;
  }

  private Thread copy(double[] source, int part) {
    int from = (int) ((long) source.length * part / threads);
    int to = (int) ((long) source.length * (part + 1) / threads);
    Thread thread = new Thread(() -> System.arraycopy(source, from, target, from, to - from));
    thread.start();
    return thread;
  }

  /** The product, on tables in memory. */
  @Benchmark
  public Certificate margrave() {
    return certificate(
        RowSources.of(tables.teacher(), columns), RowSources.of(tables.logWitness(), columns));
  }

  /** The product, on files. */
  @Benchmark
  public Certificate margraveNpy() throws IOException {
    return certificate(
        RowSources.of(NpyArray.map(teacherFile)), RowSources.of(NpyArray.map(witnessFile)));
  }

  private Certificate certificate(RowSource teacher, RowSource logWitness) {
    return Certifier.certify(teacher, Witness.logProbabilities(logWitness), settings);
  }

  /** Plain Java streams. */
  @Benchmark
  public Object streams() {
    return PlainCertificate.of(tables, false);
  }

  /** Plain Java streams, in parallel. */
  @Benchmark
  public Object streamsParallel() {
    return PlainCertificate.of(tables, true);
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
}
