package dev.margrave.workers.data;

import dev.margrave.workers.data.CheckReport.Publication;
import dev.margrave.workers.data.CheckReport.SplitReport;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
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
    if (!Files.exists(path)) {
      throw new DataException(path + ": there is no such file or directory");
    }
    List<Found> found = find(path);
    if (found.isEmpty()) {
      throw new DataException(
          path
              + ": holds no data set that is known ("
              + DatasetFormat.listing(DataSource.at(path).names())
              + "); known are "
              + String.join(", ", Datasets.names()));
    }
    if (found.stream().map(Found::source).distinct().count() > 1) {
      throw new DataException(
          path
              + ": holds several data sets: check one of "
              + found.stream()
                  .map(one -> one.source.location().toString())
                  .collect(Collectors.joining(", ")));
    }
    // Formats that share a layout are told apart by the published digests.
    for (Found one : found) {
      if (publication(one) == Publication.PUBLISHED) {
        return report(one, List.of(one.format.name()), Publication.PUBLISHED);
      }
    }
    Found first = found.get(0);
    List<String> names = found.stream().map(one -> one.format.name()).toList();
    boolean named = found.stream().anyMatch(one -> publication(one) == Publication.DIFFERENT);
    return report(first, names, named ? Publication.DIFFERENT : Publication.NOT_COMPARABLE);
  }

  private record Found(DatasetFormat format, DataSource source) {}

  private static List<Found> find(Path path) {
    List<Found> found = new ArrayList<>();
    List<String> members =
        Files.isDirectory(path) ? List.of() : new DataSource.Archive(path).names();
    for (DatasetFormat format : Datasets.formats()) {
      if (Files.isDirectory(path)) {
        DatasetLocator.search(format, path, new ArrayList<>())
            .ifPresent(source -> found.add(new Found(format, source)));
      } else if (format.anyOf(members)) {
        found.add(new Found(format, new DataSource.Archive(path)));
      }
    }
    return found;
  }

  private static CheckReport report(Found found, List<String> names, Publication publication) {
    DatasetFormat format = found.format;
    ImageDataset data =
        Datasets.select(
            format, format.read(found.source), OptionalInt.empty(), OptionalInt.empty());
    return new CheckReport(
        found.source.location(),
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
    Path location = found.source.location();
    List<RemoteFile> published = DatasetCatalogue.entry(found.format.name()).files();
    boolean all = true;
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
