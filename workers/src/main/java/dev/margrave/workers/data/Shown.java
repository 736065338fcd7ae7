package dev.margrave.workers.data;

/** Texts of others, as names of files, made fit for a message. */
final class Shown {
  private static final int LONGEST = 200;

  private Shown() {}

  /** On one line, without control characters, and not endless. */
  static String of(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cf}]", "?");
    return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "..." : plain;
  }
}
