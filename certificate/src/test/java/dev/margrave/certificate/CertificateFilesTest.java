package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.margrave.certificate.npy.NpyElement;
import dev.margrave.certificate.npy.NpyFormatException;
import dev.margrave.certificate.npy.NpyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates of files: every layout of the same numbers has the same certificate. */
class CertificateFilesTest {
  private static final int SAMPLES = 2;
  private static final int INPUTS = 1500;
  private static final int CLASSES = 5;
  private static final CertificateSettings SETTINGS = CertificateSettings.defaults().withThreads(3);

  @TempDir Path directory;
  private double[][] teacher;
  private double[][] logWitness;
  private Path teacherFile;

  /** Numbers that single precision holds exactly, so that all files hold the same ones. */
  @BeforeEach
  void drawTables() throws IOException {
    SplittableRandom random = Seeds.random(CertificateFilesTest.class);
    teacher = single(RandomTables.distributions(random, INPUTS, CLASSES, 2));
    double[][] samples = new double[SAMPLES * INPUTS][];
    for (int s = 0; s < SAMPLES; s++) {
      System.arraycopy(RandomTables.noisy(random, teacher, 0.5), 0, samples, s * INPUTS, INPUTS);
    }
    logWitness = single(RandomTables.logarithms(samples));
    teacherFile = directory.resolve("T.npy");
    NpyWriter.write(teacherFile, flat(teacher), INPUTS, CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "<f8, False",
    "<f8, True",
    ">f8, False",
    ">f8, True",
    "<f4, False",
    "<f4, True",
    ">f4, False",
    ">f4, True"
  })
  void layoutOfTheFileChangesNothing(String descr, String fortranOrder) throws IOException {
    Certificate inMemory =
        Certifier.certify(
            RowSources.of(teacher),
            Witness.logProbabilities(RowSources.of(logWitness)).withSamples(SAMPLES),
            SETTINGS);
    Path samples = write(descr, fortranOrder.equals("True"), SAMPLES);
    assertEquals(
        inMemory,
        CertificateFiles.certify(teacherFile, samples, Witness.Scale.LOG_PROBABILITIES, SETTINGS));

    Certificate first =
        Certifier.certify(
            RowSources.of(teacher),
            Witness.logProbabilities(RowSources.of(Arrays.copyOf(logWitness, INPUTS))),
            SETTINGS);
    Path one = write(descr, fortranOrder.equals("True"), 1);
    assertEquals(
        first,
        CertificateFiles.certify(teacherFile, one, Witness.Scale.LOG_PROBABILITIES, SETTINGS));
  }

  @Test
  void probabilitiesAreCertifiedAsSuch() throws IOException {
    Certificate certificate =
        CertificateFiles.certify(teacherFile, teacherFile, Witness.Scale.PROBABILITIES, SETTINGS);
    assertEquals(Verdict.CERTIFIED, certificate.verdict());
    assertEquals(0, certificate.alignmentLossNats(), certificate.roundoffBoundNats());
  }

  @Test
  void refusalsNameTheFile() throws IOException {
    Path witness = directory.resolve("W.npy");
    double[] bad = flat(teacher);
    bad[7 * CLASSES + 2] = -0.25;
    NpyWriter.write(witness, bad, INPUTS, CLASSES);
    assertRefused(
        "witness "
            + witness
            + ": row 7, column 2 is -0.25: expected a probability, 0 to 1 (log-probabilities must be"
            + " declared as such)",
        () ->
            CertificateFiles.certify(teacherFile, witness, Witness.Scale.PROBABILITIES, SETTINGS));

    NpyWriter.write(witness, new double[5], 5);
    assertRefused(
        "teacher " + witness + " has shape [5]: expected [n, K]",
        () -> CertificateFiles.teacher(witness));
    assertRefused(
        witness + " has shape [5]: expected [n, K], or [samples, n, K]",
        () -> CertificateFiles.witness(witness, Witness.Scale.PROBABILITIES));

    NpyWriter.write(witness, new double[0], 0, 5, 3);
    assertRefused(
        "witness " + witness + " has shape [0, 5, 3]: expected 1 to 2147483647 samples",
        () -> CertificateFiles.witness(witness, Witness.Scale.PROBABILITIES));

    try (NpyWriter writer = NpyWriter.create(witness, NpyElement.FLOAT32, 2, CLASSES)) {
      writer.write(new double[2 * CLASSES], 0, 2 * CLASSES);
    }
    assertRefused(
        "teacher %s has 1500 rows of 5 columns, witness %s has 2 of 5: expected the same inputs, in the same order"
            .formatted(teacherFile, witness),
        () ->
            CertificateFiles.certify(teacherFile, witness, Witness.Scale.PROBABILITIES, SETTINGS));

    Files.write(witness, new byte[3]);
    assertThrows(
        NpyFormatException.class,
        () -> CertificateFiles.witness(witness, Witness.Scale.PROBABILITIES));
  }

  private Path write(String descr, boolean fortranOrder, int samples) throws IOException {
    int bytes = descr.endsWith("4") ? 4 : 8;
    int size = samples * INPUTS * CLASSES;
    String dictionary =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s%d, %d)}\n"
            .formatted(
                descr,
                fortranOrder ? "True" : "False",
                samples == 1 ? "" : samples + ", ",
                INPUTS,
                CLASSES);
    ByteBuffer file =
        ByteBuffer.allocate(10 + dictionary.length() + bytes * size)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) dictionary.length())
            .put(dictionary.getBytes(StandardCharsets.ISO_8859_1))
            .order(descr.startsWith("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int start = file.position();
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < INPUTS; i++) {
        for (int k = 0; k < CLASSES; k++) {
          int index =
              fortranOrder ? s + samples * (i + INPUTS * k) : k + CLASSES * (i + INPUTS * s);
          double value = logWitness[s * INPUTS + i][k];
          if (bytes == 4) {
            file.putFloat(start + 4 * index, (float) value);
          } else {
            file.putDouble(start + 8 * index, value);
          }
        }
      }
    }
    return Files.write(directory.resolve("W" + samples + ".npy"), file.array());
  }

  private static double[][] single(double[][] table) {
    for (double[] row : table) {
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) row[k];
      }
    }
    return table;
  }

  private static double[] flat(double[][] table) {
    return Arrays.stream(table).flatMapToDouble(Arrays::stream).toArray();
  }

  private static void assertRefused(String message, Executable refused) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, refused).getMessage());
  }
}
