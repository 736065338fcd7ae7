package dev.margrave.workers.data;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The data sets that an experiment can name. */
public final class Datasets {
  private static final List<DatasetFormat> FORMATS =
      List.of(
          CifarFormat.CIFAR_10, CifarFormat.CIFAR_100, IdxFormat.FASHION_MNIST, IdxFormat.MNIST);

  private Datasets() {}

  /** The names, as in experiment files. */
  public static List<String> names() {
    return Stream.concat(Stream.of(Shapes.NAME), FORMATS.stream().map(DatasetFormat::name))
        .toList();
  }

  /** Where a data set is looked for without a path, and where fetching puts it. */
  public static Path directory(Path dataDirectory, String name) {
    return DatasetLocator.home(dataDirectory, name);
  }

  /** Those that are read from files. */
  static List<DatasetFormat> formats() {
    return FORMATS;
  }

  /**
   * Finds, reads and checks a data set and selects what was asked for. Deterministic; one thread;
   * memory: all of the data set's images for a moment, those selected afterwards.
   *
   * @param dataDirectory the directory of journal, checkpoints and artefacts; data sets without a
   *     path are looked for in its {@code datasets} folder
   * @throws DataException with a message for the user: unknown name, not found, damaged, or fewer
   *     images than asked for
   */
  public static ImageDataset load(DatasetRequest request, Path dataDirectory) {
    if (request.name().equals(Shapes.NAME)) {
      request.path().ifPresent(Datasets::refusePathOfShapes);
      return Shapes.generate(request.train(), request.evaluate());
    }
    DatasetFormat format = format(request.name());
    DataSource source = DatasetLocator.locate(format, request.path(), dataDirectory);
    return select(format, format.read(source), request.train(), request.evaluate());
  }

  static ImageDataset select(
      DatasetFormat format,
      DatasetFormat.Contents contents,
      OptionalInt train,
      OptionalInt evaluate) {
    return new ImageDataset(
        format.name(),
        format.classes(),
        contents.labelNames(),
        select(format, Selection.Split.TRAIN, contents.train(), train),
        select(format, Selection.Split.EVALUATE, contents.evaluate(), evaluate));
  }

  private static ImageSplit select(
      DatasetFormat format, Selection.Split split, ImageSplit records, OptionalInt wanted) {
    return records.subset(Selection.choose(format.name(), split, records.size(), wanted));
  }

  private static void refusePathOfShapes(Path path) {
    throw new DataException(
        "dataset.path = " + path + ": shapes is generated and reads no file; remove the path");
  }

  private static DatasetFormat format(String name) {
    return FORMATS.stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "dataset.name = "
                        + name
                        + ": there is no such data set; known are "
                        + String.join(", ", names())));
  }
}
