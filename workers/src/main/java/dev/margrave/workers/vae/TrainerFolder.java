package dev.margrave.workers.vae;

import dev.margrave.certificate.npy.NpyArray;
import dev.margrave.certificate.npy.NpyElement;
import dev.margrave.certificate.npy.NpyFormatException;
import dev.margrave.certificate.npy.NpyWriter;
import dev.margrave.workers.data.ImageShape;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.external.TrainerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The folder that an external trainer works in: what it is given, and what it leaves. */
final class TrainerFolder implements AutoCloseable {
  /** Images written at once. */
  private static final int CHUNK = 256;

  private static final String LOCK = ".lock";

  /** Held by this process: another channel on one of them, when closed, would let go of it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;

  private TrainerFolder(Path path, Path lockFile, FileChannel lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * A new one. Those that a process left which was killed are deleted: nobody holds the locks
   * beside them any more.
   *
   * @param parent of all of them; made when it is not there
   */
  static synchronized TrainerFolder create(Path parent) {
    try {
      Path all = Files.createDirectories(parent).toRealPath();
      sweep(all);
      Path lockFile = Files.createTempFile(all, "attempt-", LOCK);
      FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.WRITE);
      lock.lock();
      HELD.add(lockFile);
      return new TrainerFolder(Files.createDirectory(folderOf(lockFile)), lockFile, lock);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no folder for the trainer can be made in %s: %s".formatted(parent, e.getMessage()), e);
    }
  }

  private static Path folderOf(Path lockFile) {
    String name = lockFile.getFileName().toString();
    return lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
  }

  private static void sweep(Path all) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(all, "*" + LOCK)) {
      for (Path lockFile : locks) {
        if (!HELD.contains(lockFile)) {
          sweepOne(lockFile);
        }
      }
    }
  }

  @SuppressWarnings("try") // The lock is held, not used.
  private static void sweepOne(Path lockFile) {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        delete(folderOf(lockFile));
        Files.deleteIfExists(lockFile);
      }
    } catch (IOException e) {
      // Somebody has just deleted it.
    }
  }

  Path path() {
    return path;
  }

  /** Images as float32 {@code [n, H, W, C]} in [0, 1]. */
  Path images(String name, ImageSplit split) {
    ImageShape shape = split.shape();
    Path file = path.resolve(name);
    int values = shape.height() * shape.width() * shape.channels();
    try (NpyWriter writer =
        NpyWriter.create(
            file,
            NpyElement.FLOAT32,
            split.size(),
            shape.height(),
            shape.width(),
            shape.channels())) {
      float[] pixels = new float[CHUNK * values];
      for (int from = 0; from < split.size(); from += CHUNK) {
        int count = Math.min(CHUNK, split.size() - from);
        split.fillRange(from, count, pixels);
        for (int i = 0; i < count * values; i++) {
          writer.write(pixels[i]);
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** A table as float64 {@code [n, K]}. */
  Path table(String name, double[] values, int columns) {
    Path file = path.resolve(name);
    try {
      NpyWriter.write(file, values, values.length / columns, columns);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** A copy that the trainer may do with as it likes. */
  Path copy(String name, Path artefact) {
    try {
      return Files.copy(artefact, path.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(artefact + " cannot be copied: " + e.getMessage(), e);
    }
  }

  /**
   * A file that the trainer has named.
   *
   * @param field of its message
   * @throws TrainerException when it is no file of this folder
   */
  Path file(String field, String name) {
    try {
      Path file = path.resolve(name);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && file.toRealPath().startsWith(path)) {
        return file;
      }
    } catch (InvalidPathException | IOException e) {
      // Refused below.
    }
    throw TrainerException.broken(
        "the trainer's %s '%s' is no file in its working directory; write it there, and say its name"
            .formatted(field, name));
  }

  /**
   * An array that the trainer has named.
   *
   * @param shape that it must have; −1: any length
   * @throws TrainerException when it is another, or holds what is no finite number
   */
  float[] array(String field, String name, long... shape) {
    try {
      NpyArray array = NpyArray.map(file(field, name));
      List<Long> wanted = Arrays.stream(shape).boxed().toList();
      List<Long> found = array.shape();
      boolean fits = found.size() == wanted.size();
      for (int i = 0; fits && i < shape.length; i++) {
        fits = wanted.get(i) < 0 || wanted.get(i).equals(found.get(i));
      }
      if (!fits) {
        throw TrainerException.broken(
            "the trainer's %s '%s' has the shape %s; %s is wanted"
                .formatted(field, name, found, wanted.toString().replace("-1", "any")));
      }
      return finite(field, name, array);
    } catch (InternalError e) {
      // What the machine makes of a mapped file that is cut short.
      throw TrainerException.broken(
          "the trainer's %s '%s' changed while it was read; give each array a name of its own"
              .formatted(field, name));
    } catch (NpyFormatException e) {
      throw TrainerException.broken(
          "the trainer's %s '%s' is no .npy array: %s".formatted(field, name, e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Deletes a file of this folder that was read; it would lie there until the end. */
  void discard(String name) {
    try {
      Files.deleteIfExists(file("file", name));
    } catch (TrainerException | IOException e) {
      // Another's, or it goes with the folder.
    }
  }

  private static float[] finite(String field, String name, NpyArray array) {
    double[] values = array.toArray();
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
      if (!Float.isFinite(floats[i])) {
        throw TrainerException.broken(
            "the trainer's %s '%s' holds %s at position %d; only finite numbers can be measured"
                .formatted(field, name, values[i], i));
      }
    }
    return floats;
  }

  /** Deletes it with all that is in it, as far as that goes. */
  @Override
  public void close() {
    delete(path);
    try (lock) {
      Files.deleteIfExists(lockFile);
    } catch (IOException e) {
      // Nobody holds it now: the next attempt deletes it.
    }
    HELD.remove(lockFile);
  }

  private static void delete(Path path) {
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                throws IOException {
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // What is left has no name that is used again.
    }
  }
}
