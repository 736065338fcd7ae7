package dev.margrave.certificate;

import dev.margrave.certificate.npy.NpyArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Certificates of tables in .npy files, as any framework writes them.
 *
 * <pre>{@code
 * Certificate certificate =
 *     CertificateFiles.certify(
 *         Path.of("T.npy"),
 *         Path.of("W.npy"),
 *         Witness.Scale.LOG_PROBABILITIES,
 *         CertificateSettings.defaults());
 * }</pre>
 *
 * <p>The files are mapped, not loaded. They must not change while they are read.
 */
public final class CertificateFiles {
  private CertificateFiles() {}

  /**
   * The certificate of two files.
   *
   * @param teacher [n, K]
   * @param witness [n, K], or [S, n, K] for S samples of the latent code per input
   * @param scale what the witness file holds
   * @throws IOException naming file, offset and what was expected, if a file is no such .npy file
   * @throws IllegalArgumentException as {@link Certifier#certify}, naming the file
   */
  public static Certificate certify(
      Path teacher, Path witness, Witness.Scale scale, CertificateSettings settings)
      throws IOException {
    return Certifier.certify(teacher(teacher), witness(witness, scale), settings);
  }

  /**
   * A teacher table.
   *
   * @param file [n, K]
   * @throws IOException as {@link #certify}
   * @throws IllegalArgumentException if the array has another number of dimensions
   */
  public static RowSource teacher(Path file) throws IOException {
    NpyArray array = NpyArray.map(file);
    if (array.shape().size() != 2) {
      throw new IllegalArgumentException(
          "teacher %s has shape %s: expected [n, K]".formatted(file, array.shape()));
    }
    return RowSources.of(array);
  }

  /**
   * A witness table.
   *
   * @param file [n, K], or [S, n, K]
   * @throws IOException as {@link #certify}
   * @throws IllegalArgumentException if the array has another number of dimensions, or no sample
   */
  public static Witness witness(Path file, Witness.Scale scale) throws IOException {
    NpyArray array = NpyArray.map(file);
    List<Long> shape = array.shape();
    RowSource rows = RowSources.of(array);
    if (shape.size() == 2) {
      return new Witness(rows, scale, 1);
    }
    if (shape.get(0) < 1 || shape.get(0) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "witness %s has shape %s: expected 1 to %d samples"
              .formatted(file, shape, Integer.MAX_VALUE));
    }
    return new Witness(rows, scale, Math.toIntExact(shape.get(0)));
  }
}
