package dev.margrave.protocol.spec.loading;

import com.typesafe.config.ConfigOrigin;

/** Where a value was said. */
public final class Origins {
  private Origins() {}

  /** {@code file:line}, or the flag that said it. */
  public static String text(ConfigOrigin origin) {
    if (origin.lineNumber() < 1) {
      return origin.filename() == null ? origin.description() : origin.filename();
    }
    String place =
        origin.filename() == null
            ? origin.description().replaceFirst(": " + origin.lineNumber() + "$", "")
            : origin.filename();
    return place + ":" + origin.lineNumber();
  }
}
