package dev.margrave.protocol.artefact;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

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

  /** Deletes it if it is there. */
  void delete(ArtefactRef artefact);

  /** Deletes the artefact of that path if it is there: one that was never committed. */
  void delete(String path);

  /** The paths of all artefacts in a folder, sorted, without temporary files. */
  List<String> list(String folder);

  /**
   * Deletes what a crashed writer left: temporary files only.
   *
   * @param folder with all that is below it
   * @param artefacts chooses by the path of the artefact that was to be written
   */
  void deleteTemporaries(String folder, Predicate<String> artefacts);
}
