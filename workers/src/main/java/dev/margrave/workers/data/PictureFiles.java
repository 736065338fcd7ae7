package dev.margrave.workers.data;

import java.nio.file.Path;
import java.util.List;

/**
 * Where picture files and what describes them are: in a folder, or in a zip archive. Names are
 * relative to the data set's root, parts separated by '/'. Any thread may read.
 */
sealed interface PictureFiles extends AutoCloseable permits PictureFolder, PictureZip {
  /** More files than any data set that fits into memory has: a walk must end. */
  int MOST_FILES = 5_000_000;

  /** A folder or an archive. */
  Path location();

  /**
   * The names of all files in a folder and the folders in it, without hidden ones, in the order of
   * {@link String#compareTo}; none if there is no such folder.
   *
   * @param folder relative to the root
   */
  List<String> names(String folder);

  /** Whether there is a file of that name. */
  boolean holds(String name);

  /**
   * A file's bytes.
   *
   * @param limit most bytes that it may have
   * @throws BadPictureException if it is longer, or cannot be read
   */
  byte[] read(String name, int limit) throws BadPictureException;

  @Override
  void close();

  /** The refusal of one file. */
  default DataException refusal(String name, String problem) {
    return new DataException(location() + ": " + Shown.of(name) + " " + problem);
  }

  /** The refusal of too long a file. */
  static BadPictureException tooLong(int limit) {
    return new BadPictureException(
        "has more than the %,d bytes expected: make it smaller, or take it out".formatted(limit));
  }

  /** Whether a file or folder of that name is a system's own, not a part of a data set. */
  static boolean isHidden(String name) {
    return name.startsWith(".")
        || name.equals("__MACOSX")
        || name.equals("@eaDir")
        || name.equalsIgnoreCase("Thumbs.db")
        || name.equalsIgnoreCase("ehthumbs.db")
        || name.equalsIgnoreCase("desktop.ini");
  }
}
