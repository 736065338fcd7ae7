package dev.margrave.protocol.artefact;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where teacher tables, checkpoints and witness tables live: files that are written once, whole or
 * not at all, and known by their content's hash.
 *
 * <p>All methods may be called from any thread. Failures of the storage are {@link
 * UncheckedIOException}s whose message names the file.
 */
public interface ArtefactStore {
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

  /** Deletes what a crashed writer left under {@code prefix}: temporary files only. */
  void deleteTemporaries(String prefix);
}
