package dev.margrave.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One experiment within a data directory: its name, and which fresh start of it.
 *
 * @param name letters, digits, dot, dash and underscore; the first is a letter or digit
 * @param generation 1 for the first, one more for each {@code --fresh}
 */
public record ExperimentId(String name, int generation) {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  public ExperimentId {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "experiment name '" + name + "': 1 to 100 letters, digits, '.', '-' or '_' are wanted");
    }
    if (generation < 1) {
      throw new IllegalArgumentException("generation " + generation + ": at least 1 is wanted");
    }
  }

  /** From {@link #text}: Jackson overlooks a record's static factory. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private ExperimentId(String text) {
    this(parse(text).name(), parse(text).generation());
  }

  /** Whether an experiment may be called that. */
  public static boolean isName(String name) {
    return name.matches(NAME);
  }

  /** {@code name}, or {@code name~generation} after a fresh start; also its folder's name. */
  @JsonValue
  public String text() {
    return generation == 1 ? name : name + "~" + generation;
  }

  /** The inverse of {@link #text}. */
  public static ExperimentId parse(String text) {
    int tilde = text.lastIndexOf('~');
    return tilde < 0
        ? new ExperimentId(text, 1)
        : new ExperimentId(text.substring(0, tilde), Integer.parseInt(text.substring(tilde + 1)));
  }

  @Override
  public String toString() {
    return text();
  }
}
