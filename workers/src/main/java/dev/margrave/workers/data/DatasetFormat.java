package dev.margrave.workers.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a data set is laid out in files. A file's role is its canonical name. */
sealed interface DatasetFormat permits CifarFormat, IdxFormat {
  /** As in experiment files. */
  String name();

  /** The size of the images that come out. */
  ImageShape shape();

  int classes();

  /** The roles that must be there. */
  List<String> files();

  /** The role of a file of that name (without {@code .gz}), if it has one. */
  Optional<String> role(String fileName);

  /** Sub-folders in which the published archives or other tools leave the files. */
  List<String> folders();

  /** What the published archives are called. */
  List<String> archives();

  /** What is wanted, for the refusal of something else. */
  String wanted();

  /** Takes the files, in any order, each at most once. */
  Assembly begin();

  /** The files of one data set as they come in. */
  interface Assembly {
    void accept(String role, DataFile file);

    /** Called after every role of {@link DatasetFormat#files} was accepted. */
    Contents finish();
  }

  /** All that the files hold, in file order. */
  record Contents(ImageSplit train, ImageSplit evaluate, List<String> labelNames) {}

  /** Whether one of those files, whatever folder it is in, is one that must be there. */
  default boolean anyOf(List<String> names) {
    return names.stream()
        .map(name -> name.substring(name.lastIndexOf('/') + 1))
        .map(DataSource::withoutGzip)
        .flatMap(name -> role(name).stream())
        .anyMatch(files()::contains);
  }

  /**
   * Reads all files.
   *
   * @throws DataException naming the file, the offset and what was expected
   */
  default Contents read(DataSource source) {
    Assembly assembly = begin();
    List<String> missing = new ArrayList<>(files());
    List<String> names =
        source.read(
            this,
            (role, file) -> {
              assembly.accept(role, file);
              missing.remove(role);
            });
    if (!missing.isEmpty()) {
      throw new DataException(
          source.location()
              + ": holds no "
              + String.join(", no ", missing)
              + " (it holds "
              + listing(names)
              + "): "
              + wanted()
              + " wanted");
    }
    return assembly.finish();
  }

  /** The first few of a list of files, for a message. */
  static String listing(List<String> names) {
    int shown = 6;
    if (names.isEmpty()) {
      return "no file";
    }
    return names.stream().limit(shown).collect(Collectors.joining(", "))
        + (names.size() > shown ? " and " + (names.size() - shown) + " more" : "");
  }
}
