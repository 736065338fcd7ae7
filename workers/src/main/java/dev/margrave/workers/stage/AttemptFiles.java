package dev.margrave.workers.stage;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import java.io.UncheckedIOException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the files of an attempt are called. No two attempts at a stage write the same name, so that
 * one that is superseded and does not know it replaces nothing that a later one has written.
 */
public final class AttemptFiles {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptFiles.class);
  private static final Pattern NUMBERED = Pattern.compile(".*-(\\d{1,9})\\.[a-z]+");

  private AttemptFiles() {}

  /**
   * {@code base.extension} for the first attempt, {@code base-attempt.extension} for later ones.
   */
  public static String name(String base, String extension, int attempt) {
    return attempt == 1 ? base + "." + extension : numbered(base, extension, attempt);
  }

  /** {@code base-attempt.extension}. */
  public static String numbered(String base, String extension, int attempt) {
    return base + "-" + attempt + "." + extension;
  }

  /** Which attempt wrote it, by its name. */
  public static int attempt(String path) {
    Matcher name = NUMBERED.matcher(path);
    return name.matches() ? Integer.parseInt(name.group(1)) : 1;
  }

  /**
   * Deletes what earlier attempts at the stage have written. An attempt begins only when all before
   * it are superseded, and a stage that is done begins none: so no result names these files.
   *
   * <p>Small files stay, for they are known by their names alone, and so does what is of this
   * attempt and of later ones, for this one may be superseded itself. A file that cannot be deleted
   * is logged, no more.
   *
   * @param attempt the present one
   * @param kept the paths of what the journal still names: committed checkpoints
   */
  public static void deleteSuperseded(
      ArtefactStore store, AttemptId attempt, Predicate<String> kept) {
    delete(store, attempt, path -> attempt(path) < attempt.number() && !kept.test(path));
  }

  /**
   * Deletes what a superseded attempt has written, its small files excepted. It has ended and
   * writes no more.
   *
   * @param named what the journal names, which stays
   */
  public static void deleteUnnamed(
      ArtefactStore store, AttemptId attempt, Predicate<String> named) {
    delete(store, attempt, path -> attempt(path) == attempt.number() && !named.test(path));
  }

  private static void delete(ArtefactStore store, AttemptId attempt, Predicate<String> unwanted) {
    for (String path : store.list(attempt.stage().text())) {
      if (!SmallFile.isSmall(path) && unwanted.test(path)) {
        try {
          store.delete(path);
        } catch (UncheckedIOException e) {
          LOG.warn("{} of a superseded attempt stays: {}", path, e.getMessage());
        }
      }
    }
  }
}
