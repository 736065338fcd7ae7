package dev.margrave.workers.store;

import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Local copies of artefacts, and what is on its way to or from the storage.
 *
 * <p>A copy is known by its content's hash, so it never goes stale. All methods may be called from
 * any thread, and several processes may share the folder: files come and go by rename and delete.
 */
final class ArtefactCache {
  /**
   * A copy that was handed out so recently stays, whatever the size: its reader has yet to open it.
   */
  static final Duration HANDED_OUT = Duration.ofMinutes(5);

  /** Nobody writes to a temporary file that did not change for so long. */
  static final Duration ABANDONED = Duration.ofHours(6);

  private static final String TEMPORARY_SUFFIX = ".part";

  private record Copy(Path file, long bytes, Instant used) {}

  private final Path copies;
  private final Path temporaries;
  private final String writer;
  private final long maximumBytes;
  private final Clock clock;
  private final AtomicLong written = new AtomicLong();

  /**
   * @param directory made when missing
   * @param writer sets the temporary names of this process apart from another's
   * @param maximumBytes of copies; more only while they have just been handed out
   */
  ArtefactCache(Path directory, String writer, long maximumBytes, Clock clock) {
    this.copies = directory.resolve("copies");
    this.temporaries = directory.resolve("temporary");
    this.writer = writer.replace('.', '_');
    this.maximumBytes = maximumBytes;
    this.clock = clock;
  }

  /** Makes the folders, and deletes what processes that died long ago left in them. */
  void open() throws IOException {
    Files.createDirectories(copies);
    Files.createDirectories(temporaries);
    deleteFiles(temporaries, clock.instant().minus(ABANDONED), file -> true);
  }

  /**
   * A new name for a temporary file; its folder is there.
   *
   * @param path the artefact's, of plain names
   */
  Path temporary(String path) throws IOException {
    Path file =
        temporaries.resolve(
            path + "." + writer + "-" + written.incrementAndGet() + TEMPORARY_SUFFIX);
    Files.createDirectories(file.getParent());
    return file;
  }

  /** Deletes the temporary files of those artefacts under {@code prefix}, by their paths. */
  void deleteTemporaries(String prefix, Predicate<String> artefacts) throws IOException {
    Path folder = temporaries.resolve(prefix);
    if (Files.isDirectory(folder)) {
      deleteFiles(folder, Instant.MAX, file -> artefacts.test(artefact(file)));
    }
  }

  /** What was to be written: the name before the writer's, which has no dot. */
  private String artefact(Path temporary) {
    String path = temporaries.relativize(temporary).toString().replace(File.separatorChar, '/');
    String named = path.substring(0, Math.max(0, path.length() - TEMPORARY_SUFFIX.length()));
    return named.substring(0, Math.max(0, named.lastIndexOf('.')));
  }

  private static void deleteFiles(Path folder, Instant before, Predicate<Path> which)
      throws IOException {
    DirectoryArtefactStore.deleteFiles(
        folder,
        (file, attributes) ->
            attributes.lastModifiedTime().toInstant().isBefore(before) && which.test(file));
  }

  /** The copy, its length and hash checked; a damaged one is deleted. */
  Optional<Path> find(ArtefactRef artefact) throws IOException {
    Path file = copies.resolve(artefact.sha256());
    try {
      if (Files.size(file) == artefact.bytes()
          && DirectoryArtefactStore.sha256(file).equals(artefact.sha256())) {
        touch(file);
        return Optional.of(file);
      }
      Files.deleteIfExists(file);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Makes a copy of a temporary file whose content is the artefact's. */
  Path keep(ArtefactRef artefact, Path temporary) throws IOException {
    Path file = copies.resolve(artefact.sha256());
    touch(temporary);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    evict();
    return file;
  }

  private void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
  }

  private synchronized void evict() throws IOException {
    List<Copy> found = copies();
    long bytes = found.stream().mapToLong(Copy::bytes).sum();
    Instant handedOut = clock.instant().minus(HANDED_OUT);
    for (Copy copy : found) {
      if (bytes <= maximumBytes || copy.used().isAfter(handedOut)) {
        return;
      }
      Files.deleteIfExists(copy.file());
      bytes -= copy.bytes();
    }
  }

  /** The one not used for the longest time first. */
  private List<Copy> copies() throws IOException {
    List<Copy> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(copies)) {
      for (Path file : files) {
        try {
          BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
          found.add(new Copy(file, attributes.size(), attributes.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException e) {
          // Another process was faster.
        }
      }
    }
    found.sort(Comparator.comparing(Copy::used).thenComparing(Copy::file));
    return found;
  }
}
