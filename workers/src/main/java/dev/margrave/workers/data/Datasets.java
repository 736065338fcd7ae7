package dev.margrave.workers.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The data sets that an experiment can name. */
public final class Datasets {
  private static final List<DatasetFormat> FORMATS =
      List.of(
          CifarFormat.CIFAR_10, CifarFormat.CIFAR_100, IdxFormat.FASHION_MNIST, IdxFormat.MNIST);

  private static final List<String> NAMES =
      List.of(
          Shapes.NAME,
          CifarFormat.CIFAR_10.name(),
          CifarFormat.CIFAR_100.name(),
          TinyImageNet.INSTANCE.name(),
          IdxFormat.FASHION_MNIST.name(),
          IdxFormat.MNIST.name(),
          ImageFolder.INSTANCE.name());

  private Datasets() {}

  /** The names, as in experiment files. */
  public static List<String> names() {
    return NAMES;
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
   * Finds, reads and checks a data set and selects what was asked for. Deterministic; one thread,
   * but for picture files; memory: all of the data set's images for a moment, those selected
   * afterwards; of picture files only those selected.
   *
   * @param dataDirectory the directory of journal, checkpoints and artefacts; data sets without a
   *     path are looked for in its {@code datasets} folder
   * @throws DataException with a message for the user: unknown name, not found, damaged, or fewer
   *     images than asked for
   */
  public static ImageDataset load(DatasetRequest request, Path dataDirectory) {
    return load(request, dataDirectory, LoadProgress.NONE);
  }

  /**
   * The same.
   *
   * @param progress is told how far it got, where it takes long
   */
  public static ImageDataset load(
      DatasetRequest request, Path dataDirectory, LoadProgress progress) {
    Optional<PictureFormat> pictures = PictureDatasets.find(request.name());
    if (pictures.isPresent()) {
      return PictureDatasets.load(pictures.get(), request, dataDirectory, progress);
    }
    refusePictureKey("size", request.size(), request.name());
    refusePictureKey("channels", request.channels(), request.name());
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

  private static void refusePictureKey(String key, OptionalInt value, String name) {
    if (value.isPresent() && names().contains(name)) {
      throw new DataException(
          "dataset.%s = %d: %s has its own; leave it out".formatted(key, value.getAsInt(), name));
    }
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
