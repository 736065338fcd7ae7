package dev.margrave.workers.data;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;

/** Small data sets in their published layouts. */
final class DataFixtures {
  private DataFixtures() {}

  /** CIFAR-10 records; record i has label {@code labels[i]} and bytes from {@link #pixel}. */
  static byte[] cifar10(int... labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < labels.length; i++) {
      out.write(labels[i]);
      out.writeBytes(planes(i));
    }
    return out.toByteArray();
  }

  /** CIFAR-100 records with coarse label fine / 5. */
  static byte[] cifar100(int... fineLabels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < fineLabels.length; i++) {
      out.write(fineLabels[i] / 5);
      out.write(fineLabels[i]);
      out.writeBytes(planes(i));
    }
    return out.toByteArray();
  }

  /** The value of a pixel of record i of a fixture. */
  static int pixel(int record, int channel, int row, int column) {
    return (record * 7 + channel * 101 + row * 3 + column * 5) & 0xff;
  }

  private static byte[] planes(int record) {
    byte[] bytes = new byte[3072];
    int at = 0;
    for (int channel = 0; channel < 3; channel++) {
      for (int row = 0; row < 32; row++) {
        for (int column = 0; column < 32; column++) {
          bytes[at++] = (byte) pixel(record, channel, row, column);
        }
      }
    }
    return bytes;
  }

  /** An IDX file of {@code count} images, pixel values from {@link #pixel} of channel 0. */
  static byte[] idxImages(int count) {
    ByteBuffer buffer = ByteBuffer.allocate(16 + 784 * count);
    buffer.putInt(0x803).putInt(count).putInt(28).putInt(28);
    for (int i = 0; i < count; i++) {
      for (int row = 0; row < 28; row++) {
        for (int column = 0; column < 28; column++) {
          buffer.put((byte) pixel(i, 0, row, column));
        }
      }
    }
    return buffer.array();
  }

  /** An IDX file of labels. */
  static byte[] idxLabels(int... labels) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + labels.length);
    buffer.putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      buffer.put((byte) label);
    }
    return buffer.array();
  }

  /** The four files of MNIST: six images to train on, three to evaluate on. */
  static Map<String, byte[]> mnist() {
    return Map.of(
        "train-images-idx3-ubyte", idxImages(6),
        "train-labels-idx1-ubyte", idxLabels(5, 0, 4, 1, 9, 2),
        "t10k-images-idx3-ubyte", idxImages(3),
        "t10k-labels-idx1-ubyte", idxLabels(7, 2, 1));
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** An uncompressed tar of files, in the map's order. */
  static byte[] tar(Map<String, byte[]> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path writeAll(Path directory, Map<String, byte[]> files) {
    files.forEach((name, bytes) -> write(directory.resolve(name), bytes));
    return directory;
  }

  /** All of a data set at a path. */
  static ImageDataset load(String name, Path path) {
    return Datasets.load(DatasetRequest.all(name).at(path), Path.of("no-data-directory"));
  }

  /** The message of the refusal. */
  static String refusal(Executable action) {
    return assertThrows(DataException.class, action).getMessage();
  }

  /** The real CIFAR-100 archive, or the test is skipped. */
  static Path realCifar100() {
    return real("cifar-100-binary.tar.gz");
  }

  /** A file of real data, or the test is skipped. */
  static Path real(String name) {
    String set = System.getenv("MARGRAVE_TEST_DATA");
    Optional<Path> found =
        set == null
            ? above(Path.of("").toAbsolutePath())
            : Optional.of(Path.of(set)).filter(Files::isDirectory);
    Path file = found.map(data -> data.resolve(name)).orElse(Path.of("absent"));
    Assumptions.assumeTrue(
        Files.exists(file),
        "skipped: no " + name + "; set MARGRAVE_TEST_DATA to the directory that has it");
    return file;
  }

  private static Optional<Path> above(Path start) {
    for (Path at = start; at != null; at = at.getParent()) {
      Path data = at.resolve("shared").resolve("data");
      if (Files.isDirectory(data)) {
        return Optional.of(data);
      }
    }
    return Optional.empty();
  }
}
