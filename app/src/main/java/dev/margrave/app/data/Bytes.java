package dev.margrave.app.data;

import java.util.Locale;

/** Sizes for people. */
final class Bytes {
  private static final long MEGA = 1_000_000;

  private Bytes() {}

  /** {@code 169 MB}, {@code 0.4 MB}. */
  static String text(long bytes) {
    return bytes < 10 * MEGA
        ? String.format(Locale.ROOT, "%.1f MB", (double) bytes / MEGA)
        : String.format(Locale.ROOT, "%,d MB", Math.round((double) bytes / MEGA));
  }
}
