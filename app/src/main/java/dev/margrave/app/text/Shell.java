package dev.margrave.app.text;

/** Commands as the user can type them. */
public final class Shell {
  /** What the user typed to start this program, as the launcher tells. */
  public static final String COMMAND = quoted(System.getProperty("margrave.command", "margrave"));

  private Shell() {}

  /** A word as a shell takes it. */
  public static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=,@%+~-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
