package dev.margrave.orchestrator.http;

/** What a stranger wrote, as it may stand in a message. */
final class Texts {
  private static final int LONGEST = 100;

  private Texts() {}

  /** Without control characters, and cut. */
  static String shown(String text) {
    String plain = text.replaceAll("\\p{C}", "?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
