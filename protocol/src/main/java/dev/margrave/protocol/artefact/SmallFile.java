package dev.margrave.protocol.artefact;

import java.util.Arrays;
import java.util.Locale;

/** What a stage leaves for people to look at; see {@link ArtefactStore}. */
public enum SmallFile {
  /** Images of the held-out split above their reconstructions. */
  SAMPLES("samples.png"),
  /** Every teacher of a search with its numbers, the winner first. */
  LEADERBOARD("leaderboard.json"),
  /** What the teacher that was found makes of the held-out labels: components by labels. */
  CONFUSION("confusion.json"),
  /** What margins cost under a simplex witness, and where the arm ended. */
  PATH("path.json"),
  /** The last of what an external trainer said. */
  TRAINER_OUTPUT("trainer-output.txt");

  private final String file;

  SmallFile(String file) {
    this.file = file;
  }

  /** Its name in the stage's folder. */
  public String file() {
    return file;
  }

  /** Whether an artefact's path ends in the name of one. */
  public static boolean isSmall(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return Arrays.stream(values()).anyMatch(small -> small.file.equals(name));
  }

  /** Its name in the HTTP interface: {@code samples}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
