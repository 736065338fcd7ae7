package dev.margrave.workers.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a data set's files: at the path that the user gave, else under {@code
 * <data-dir>/datasets/<name>}. A directory may hold the files, a conventional sub-folder with them,
 * or the published archive; a path may also be an archive of any name.
 */
final class DatasetLocator {
  private DatasetLocator() {}

  /** Where {@code data fetch} puts a data set and where it is looked for. */
  static Path home(Path dataDirectory, String name) {
    return dataDirectory.resolve("datasets").resolve(name);
  }

  /**
   * @throws DataException naming every place looked at, and the mend
   */
  static DataSource locate(DatasetFormat format, Optional<Path> path, Path dataDirectory) {
    String mend =
        "Fetch it with `margrave data fetch "
            + format.name()
            + "`, or set dataset.path to the directory or archive that holds it.";
    return locate(
        format.name(), path, dataDirectory, (start, looked) -> search(format, start, looked), mend);
  }

  /** How a data set is looked for at or in a place; the list gets each place tried. */
  @FunctionalInterface
  interface Search<T> {
    Optional<T> at(Path start, List<Path> looked);
  }

  /**
   * The same for whatever can be searched for.
   *
   * @param mend what helps where there is none
   */
  static <T> T locate(
      String name, Optional<Path> path, Path dataDirectory, Search<T> search, String mend) {
    Path start = path.orElseGet(() -> home(dataDirectory, name));
    if (path.isPresent() && !Files.exists(start)) {
      throw new DataException(
          "dataset.path = "
              + start
              + ": there is no such file or directory (looked at "
              + start.toAbsolutePath().normalize()
              + ")");
    }
    List<Path> looked = new ArrayList<>();
    return search.at(start, looked).orElseThrow(() -> notFound(name, looked, mend));
  }

  /** The data set at or in {@code start}, if it is there; {@code looked} gets each place tried. */
  static Optional<DataSource> search(DatasetFormat format, Path start, List<Path> looked) {
    looked.add(start);
    if (Files.isRegularFile(start)) {
      return Optional.of(new DataSource.Archive(start));
    }
    if (!Files.isDirectory(start)) {
      return Optional.empty();
    }
    List<DataSource.Directory> folders = new ArrayList<>();
    folders.add(new DataSource.Directory(start));
    for (String folder : format.folders()) {
      Path sub = start.resolve(folder);
      looked.add(sub);
      if (Files.isDirectory(sub)) {
        folders.add(new DataSource.Directory(sub));
      }
    }
    for (DataSource.Directory folder : folders) {
      if (folder.holds(format)) {
        return Optional.of(folder);
      }
    }
    for (String archive : format.archives()) {
      Path file = start.resolve(archive);
      looked.add(file);
      if (Files.isRegularFile(file)) {
        return Optional.of(new DataSource.Archive(file));
      }
    }
    // Some files but not all: reading it says which are missing.
    return folders.stream()
        .filter(folder -> folder.holdsPart(format))
        .findFirst()
        .map(folder -> folder);
  }

  private static DataException notFound(String name, List<Path> looked, String mend) {
    StringBuilder message = new StringBuilder(name).append(" was not found; looked at");
    for (Path place : looked) {
      message.append(System.lineSeparator()).append("  ").append(place);
    }
    return new DataException(message.append(System.lineSeparator()).append(mend).toString());
  }
}
