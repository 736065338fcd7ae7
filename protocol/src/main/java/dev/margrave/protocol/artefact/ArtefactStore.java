package dev.margrave.protocol.artefact;

import dev.margrave.protocol.StageId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where teacher tables, checkpoints and witness tables live: files that are written once, whole or
 * not at all, and known by their content's hash.
 *
 * <p>Beside them a stage has a few <em>small files</em>, known by their name alone: pictures and
 * summaries for people, such as {@code samples.png}, which the stage replaces while it runs. They
 * are written by {@link #put} as everything else, whole or not at all; only reading differs, since
 * no event holds their hash. So nothing is decided by them: a run goes on, resumes and is verified
 * without them, and of two attempts at one stage the last writer's stays.
 *
 * <p>All methods may be called from any thread. Failures of the storage are {@link
 * UncheckedIOException}s whose message names the file.
 */
public interface ArtefactStore {
  /** The longest small file: it is read into memory, and served by HTTP. */
  int MAXIMUM_SMALL_BYTES = 4 << 20;

  /** Writes the content of an artefact; may close the stream. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes to a temporary name, syncs, renames. An artefact of the same path is replaced; a crash
   * at any instant leaves the old one or the new one, and perhaps a temporary file.
   *
   * @param path relative, '/' between names, no '..'
   */
  ArtefactRef put(String path, Content content);

  /**
   * A local file with the artefact's content, its length and hash checked.
   *
   * @throws ArtefactMismatchException when it is not there or its content is another
   */
  Path fetch(ArtefactRef artefact);

  /**
   * The content of the artefact of that path, as it is now: for small files that are looked at, and
   * that nothing is computed from.
   *
   * @param maximumBytes a larger one is a failure
   * @return empty when there is none
   */
  Optional<byte[]> read(String path, int maximumBytes);

  /** Deletes it if it is there. */
  void delete(ArtefactRef artefact);

  /** Deletes the artefact of that path if it is there: one that was never committed. */
  void delete(String path);

  /** The paths of all artefacts in a folder, sorted, without temporary files. */
  List<String> list(String folder);

  /**
   * Writes or replaces a small file of a stage.
   *
   * @param content of at most {@link #MAXIMUM_SMALL_BYTES}
   */
  default void putSmall(StageId stage, SmallFile file, byte[] content) {
    String path = smallPath(stage, file);
    if (content.length > MAXIMUM_SMALL_BYTES) {
      throw new IllegalArgumentException(
          "%s has %d bytes: at most %d are wanted"
              .formatted(path, content.length, MAXIMUM_SMALL_BYTES));
    }
    put(path, out -> out.write(content));
  }

  /**
   * What a small file of a stage holds now; empty when it is not there.
   *
   * @throws UncheckedIOException also when it is longer than {@link #MAXIMUM_SMALL_BYTES}
   */
  default Optional<byte[]> readSmall(StageId stage, SmallFile file) {
    return read(smallPath(stage, file), MAXIMUM_SMALL_BYTES);
  }

  /** The path of a small file. */
  static String smallPath(StageId stage, SmallFile file) {
    return stage.text() + "/" + file.file();
  }

  /**
   * Deletes what a crashed writer left: temporary files only.
   *
   * @param folder with all that is below it
   * @param artefacts chooses by the path of the artefact that was to be written
   */
  void deleteTemporaries(String folder, Predicate<String> artefacts);
}
