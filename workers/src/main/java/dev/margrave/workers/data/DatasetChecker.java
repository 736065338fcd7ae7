package dev.margrave.workers.data;

import dev.margrave.workers.data.CheckReport.Publication;
import dev.margrave.workers.data.CheckReport.SplitReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads a data set through and says what it is. */
public final class DatasetChecker {
  private DatasetChecker() {}

  /**
   * Finds out which data set lies at a path, reads all of it and compares it with what is
   * published.
   *
   * @param path a directory or an archive
   * @throws DataException if there is none, or it is damaged, with its file, the offset and what
   *     was expected
   */
  public static CheckReport check(Path path) {
    return check(path, OptionalInt.empty(), OptionalInt.empty(), LoadProgress.NONE);
  }

  /**
   * The same.
   *
   * @param size that pictures are brought to; empty: 64
   * @param channels that pictures are brought to; empty: 3
   */
  public static CheckReport check(
      Path path, OptionalInt size, OptionalInt channels, LoadProgress progress) {
    if (!Files.exists(path)) {
      throw new DataException(path + ": there is no such file or directory");
    }
    List<Found> found = find(path, size, channels, progress);
    if (found.isEmpty()) {
      List<String> names = isZip(path) ? PictureZip.names(path) : DataSource.at(path).names();
      throw new DataException(
          path
              + ": holds no data set that is known ("
              + DatasetFormat.listing(names.stream().map(Shown::of).toList())
              + "); known are "
              + String.join(", ", Datasets.names()));
    }
    if (found.stream().map(Found::location).distinct().count() > 1) {
      throw new DataException(
          path
              + ": holds several data sets: check one of "
              + found.stream()
                  .map(one -> one.location.toString())
                  .collect(Collectors.joining(", ")));
    }
    // Formats that share a layout are told apart by the published digests.
    for (Found one : found) {
      if (publication(one) == Publication.PUBLISHED) {
        return report(one, List.of(one.name), Publication.PUBLISHED);
      }
    }
    Found first = found.get(0);
    List<String> names = found.stream().map(Found::name).toList();
    boolean named = found.stream().anyMatch(one -> publication(one) == Publication.DIFFERENT);
    return report(first, names, named ? Publication.DIFFERENT : Publication.NOT_COMPARABLE);
  }

  private record Found(String name, Path location, Supplier<ImageDataset> data) {
    static Found of(DatasetFormat format, DataSource source) {
      return new Found(
          format.name(),
          source.location(),
          () ->
              Datasets.select(
                  format, format.read(source), OptionalInt.empty(), OptionalInt.empty()));
    }
  }

  private static List<Found> find(
      Path path, OptionalInt size, OptionalInt channels, LoadProgress progress) {
    List<Found> found = new ArrayList<>();
    for (PictureFormat format : PictureDatasets.formats()) {
      searchPictures(format, path)
          .ifPresent(
              location -> {
                DatasetRequest all =
                    new DatasetRequest(
                        format.name(),
                        Optional.of(path),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        size,
                        channels);
                found.add(
                    new Found(
                        format.name(),
                        location,
                        () -> PictureDatasets.read(format, location, all, progress)));
              });
    }
    if (isZip(path)) {
      return found;
    }
    List<String> members =
        Files.isDirectory(path) ? List.of() : new DataSource.Archive(path).names();
    for (DatasetFormat format : Datasets.formats()) {
      if (Files.isDirectory(path)) {
        DatasetLocator.search(format, path, new ArrayList<>())
            .ifPresent(source -> found.add(Found.of(format, source)));
      } else if (format.anyOf(members)) {
        found.add(Found.of(format, new DataSource.Archive(path)));
      }
    }
    return found;
  }

  private static Optional<Path> searchPictures(PictureFormat format, Path path) {
    if (Files.isDirectory(path)) {
      return format.search(path, new ArrayList<>());
    }
    boolean tiny =
        format instanceof TinyImageNet
            && isZip(path)
            && PictureZip.holdsMarker(PictureZip.names(path), TinyImageNet.marker());
    return tiny ? Optional.of(path) : Optional.empty();
  }

  private static boolean isZip(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return in.read() == 'P' && in.read() == 'K';
    } catch (IOException e) {
      throw DataSource.unreadable(path.toString(), 0, e);
    }
  }

  private static CheckReport report(Found found, List<String> names, Publication publication) {
    ImageDataset data = found.data.get();
    return new CheckReport(
        found.location,
        names,
        data.shape(),
        data.classes(),
        split(data.train(), data.classes()),
        split(data.evaluate(), data.classes()),
        data.contentHash(),
        publication,
        shared(data));
  }

  private static SplitReport split(ImageSplit split, int classes) {
    var counts = Arrays.stream(split.countsByLabel(classes)).summaryStatistics();
    return new SplitReport(split.size(), counts.getMin(), counts.getMax());
  }

  private static int shared(ImageDataset data) {
    Set<ByteBuffer> train = new HashSet<>();
    for (int i = 0; i < data.train().size(); i++) {
      train.add(data.train().bytes(i));
    }
    int shared = 0;
    for (int i = 0; i < data.evaluate().size(); i++) {
      if (train.contains(data.evaluate().bytes(i))) {
        shared++;
      }
    }
    return shared;
  }

  /** The published files are compared by name: the archive itself, or the files in a directory. */
  private static Publication publication(Found found) {
    Path location = found.location;
    List<RemoteFile> published = DatasetCatalogue.entry(found.name).files();
    boolean all = !published.isEmpty();
    boolean any = false;
    for (RemoteFile file : published) {
      boolean here = file.name().equals(String.valueOf(location.getFileName()));
      Path local = here ? location : location.resolve(file.name());
      if (!Files.isRegularFile(local)) {
        all = false;
        continue;
      }
      any = true;
      all &= Digests.of(local).difference(file).isEmpty();
    }
    if (all) {
      return Publication.PUBLISHED;
    }
    return any ? Publication.DIFFERENT : Publication.NOT_COMPARABLE;
  }
}
