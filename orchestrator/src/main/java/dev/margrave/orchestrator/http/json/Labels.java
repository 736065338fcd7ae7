package dev.margrave.orchestrator.http.json;

import java.util.Locale;

/** Closed choices as the interface writes them: in lower case. */
public final class Labels {
  private Labels() {}

  /** {@code running}. */
  public static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The inverse of {@link #of}.
   *
   * @throws IllegalArgumentException when nothing is called that
   */
  public static <E extends Enum<E>> E parse(Class<E> type, String label) {
    return Enum.valueOf(type, label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
