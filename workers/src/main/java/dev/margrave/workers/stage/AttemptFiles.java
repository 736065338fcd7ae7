package dev.margrave.workers.stage;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the files of an attempt are called. No two attempts at a stage write the same name, so that
 * one that is superseded and does not know it replaces nothing that a later one has written.
 */
public final class AttemptFiles {
  private static final Pattern NUMBERED = Pattern.compile(".*-(\\d+)\\.[a-z]+");

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
}
