package dev.margrave.protocol.artefact;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An artefact store in a directory: local, or a mount that all nodes share. */
public final class DirectoryArtefactStore implements ArtefactStore {
  private static final String TEMPORARY_SUFFIX = ".part";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path root;
  private final String writer;
  private final AtomicLong written = new AtomicLong();

  /**
   * @param root the directory; made when missing
   * @param writer sets the temporary names of this process apart from another's
   */
  public DirectoryArtefactStore(Path root, String writer) {
    this.root = root.toAbsolutePath().normalize();
    this.writer = writer.replace('.', '_');
  }

  @Override
  public ArtefactRef put(String path, Content content) {
    Path target = resolve(path);
    Path temporary =
        target.resolveSibling(
            target.getFileName()
                + "."
                + writer
                + "-"
                + written.incrementAndGet()
                + TEMPORARY_SUFFIX);
    try {
      Files.createDirectories(target.getParent());
      ArtefactRef artefact = write(path, temporary, content);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(target.getParent());
      return artefact;
    } catch (IOException e) {
      deleteQuietly(temporary, e);
      throw new UncheckedIOException("could not write " + target + ": " + e.getMessage(), e);
    }
  }

  private static ArtefactRef write(String path, Path temporary, Content content)
      throws IOException {
    MessageDigest digest = sha256();
    try (FileChannel channel =
            FileChannel.open(
                temporary,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream out =
            new BufferedOutputStream(
                new DigestOutputStream(Channels.newOutputStream(channel), digest), BUFFER_BYTES)) {
      content.writeTo(new Unclosed(out));
      out.flush();
      channel.force(true);
      return new ArtefactRef(path, channel.size(), HexFormat.of().formatHex(digest.digest()));
    }
  }

  @Override
  public Path fetch(ArtefactRef artefact) {
    Path file = resolve(artefact.path());
    try {
      if (!Files.isRegularFile(file)) {
        throw new ArtefactMismatchException(
            file + " is missing; it was committed with SHA-256 " + artefact.sha256());
      }
      String actual = sha256(file);
      if (!actual.equals(artefact.sha256())) {
        throw new ArtefactMismatchException(
            file + " has SHA-256 " + actual + ", but " + artefact.sha256() + " was committed");
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<byte[]> read(String path, int maximumBytes) {
    Path file = resolve(path);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(maximumBytes + 1);
      if (content.length > maximumBytes) {
        throw new IOException("it has more than %d bytes".formatted(maximumBytes));
      }
      return Optional.of(content);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void delete(ArtefactRef artefact) {
    delete(artefact.path());
  }

  @Override
  public void delete(String path) {
    Path file = resolve(path);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("could not delete " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> list(String folder) {
    Path directory = resolve(folder);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder + "/" + file.getFileName())
          .filter(path -> !path.endsWith(TEMPORARY_SUFFIX))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not list " + directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void deleteTemporaries(String prefix, Predicate<String> artefacts) {
    Path folder = resolve(prefix);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (isTemporary(file) && artefacts.test(artefact(file))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not clean " + folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean isTemporary(Path file) {
    return file.getFileName().toString().endsWith(TEMPORARY_SUFFIX);
  }

  /** The path of what was to be written: the name before the writer's, which has no dot. */
  private String artefact(Path temporary) {
    String path = root.relativize(temporary).toString().replace(File.separatorChar, '/');
    String named = path.substring(0, path.length() - TEMPORARY_SUFFIX.length());
    return named.substring(0, Math.max(0, named.lastIndexOf('.')));
  }

  /** SHA-256 of a file's content, 64 lower-case hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The content may close its stream; the file is still to be synced then. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  private Path resolve(String path) {
    Path file = root.resolve(path).normalize();
    if (!file.startsWith(root)) {
      throw new IllegalArgumentException("artefact path '" + path + "' leads out of the store");
    }
    return file;
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void deleteQuietly(Path file, IOException cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
