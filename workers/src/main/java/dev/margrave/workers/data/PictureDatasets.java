package dev.margrave.workers.data;

import dev.margrave.protocol.spec.DatasetSpec;
import dev.margrave.workers.data.PictureFormat.Listing;
import dev.margrave.workers.data.PictureFormat.Picture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Data sets that are made of picture files: only those that are selected are decoded. */
final class PictureDatasets {
  private static final List<PictureFormat> FORMATS =
      List.of(TinyImageNet.INSTANCE, ImageFolder.INSTANCE);

  /** What pictures can be brought to, and the range of {@code dataset.size}. */
  private static final int SMALLEST = 8;

  private static final int LARGEST = 256;

  private PictureDatasets() {}

  static List<PictureFormat> formats() {
    return FORMATS;
  }

  static Optional<PictureFormat> find(String name) {
    return FORMATS.stream().filter(format -> format.name().equals(name)).findFirst();
  }

  static ImageDataset load(
      PictureFormat format, DatasetRequest request, Path dataDirectory, LoadProgress progress) {
    Path location =
        DatasetLocator.locate(
            format.name(), request.path(), dataDirectory, format::search, format.mend());
    return read(format, location, request, progress);
  }

  /** Reads what lies at a location that {@link PictureFormat#search} gave. */
  static ImageDataset read(
      PictureFormat format, Path location, DatasetRequest request, LoadProgress progress) {
    ImageShape shape = shape(request);
    try (PictureFiles files = format.open(location)) {
      Listing listing = format.list(files);
      List<Picture> train = select(format, Selection.Split.TRAIN, listing.train(), request.train());
      List<Picture> evaluate =
          select(format, Selection.Split.EVALUATE, listing.evaluate(), request.evaluate());
      byte[][] images =
          PictureLoader.load(
              files,
              format,
              shape,
              Stream.concat(train.stream(), evaluate.stream()).toList(),
              progress);
      return new ImageDataset(
          format.name(),
          listing.labelNames().size(),
          listing.labelNames(),
          split(shape, Arrays.copyOf(images, train.size()), train),
          split(shape, Arrays.copyOfRange(images, train.size(), images.length), evaluate));
    }
  }

  private static ImageShape shape(DatasetRequest request) {
    int size = request.size().orElse(DatasetSpec.PICTURE_SIZE);
    int channels = request.channels().orElse(DatasetSpec.PICTURE_CHANNELS);
    if (size < SMALLEST || size > LARGEST) {
      throw new DataException(
          "dataset.size = %d: %d to %d pixels are wanted".formatted(size, SMALLEST, LARGEST));
    }
    if (channels != 1 && channels != 3) {
      throw new DataException(
          "dataset.channels = %d: 1, grey, or 3, colour, is wanted".formatted(channels));
    }
    return new ImageShape(size, size, channels);
  }

  private static List<Picture> select(
      PictureFormat format, Selection.Split split, List<Picture> all, OptionalInt wanted) {
    return Arrays.stream(Selection.choose(format.name(), split, all.size(), wanted))
        .mapToObj(all::get)
        .toList();
  }

  private static ImageSplit split(ImageShape shape, byte[][] images, List<Picture> pictures) {
    return ImageSplit.owning(shape, images, pictures.stream().mapToInt(Picture::label).toArray());
  }
}
