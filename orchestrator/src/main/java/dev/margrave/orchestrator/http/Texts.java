package dev.margrave.orchestrator.http;

/** What a stranger wrote, as it may stand in a message. */
final class Texts {
  private static final int LONGEST = 100;

  private Texts() {}

  /** A name or a word, without control characters, and cut. */
  static String shown(String text) {
    return shown(text, LONGEST);
  }

  /** The same, cut at another length. */
  static String shown(String text, int longest) {
    String cut = text.length() <= longest ? text : text.substring(0, longest) + "…";
    return cut.replaceAll("\\p{C}", "?");
  }
}
