package dev.margrave.workers.data;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which data an experiment asks for: its {@code dataset} section.
 *
 * @param name one of {@link Datasets#names}
 * @param path a directory or an archive; empty: look under the data directory
 * @param train images to train on; empty: all there are, of {@code shapes} 10,000
 * @param evaluate images to evaluate on; empty: all there are, of {@code shapes} 5,000
 * @param size rows and columns that pictures are brought to; empty: 64; only for data sets that are
 *     made of picture files
 * @param channels 1 grey, 3 colour; empty: 3; only for data sets that are made of picture files
 */
public record DatasetRequest(
    String name,
    Optional<Path> path,
    OptionalInt train,
    OptionalInt evaluate,
    OptionalInt size,
    OptionalInt channels) {
  public DatasetRequest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(path, "path");
    requirePositive("dataset.train", train);
    requirePositive("dataset.evaluate", evaluate);
  }

  /** In the size and the channels that the data set comes in. */
  public DatasetRequest(String name, Optional<Path> path, OptionalInt train, OptionalInt evaluate) {
    this(name, path, train, evaluate, OptionalInt.empty(), OptionalInt.empty());
  }

  /** All of the data set of that name, found under the data directory. */
  public static DatasetRequest all(String name) {
    return new DatasetRequest(name, Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
  }

  /** The same data set, read from there. */
  public DatasetRequest at(Path where) {
    return new DatasetRequest(name, Optional.of(where), train, evaluate, size, channels);
  }

  /** The same data set, so much of it. */
  public DatasetRequest sized(int trainImages, int evaluateImages) {
    return new DatasetRequest(
        name, path, OptionalInt.of(trainImages), OptionalInt.of(evaluateImages), size, channels);
  }

  /** The same pictures, brought to so many rows, columns and channels. */
  public DatasetRequest pictures(int rowsAndColumns, int values) {
    return new DatasetRequest(
        name, path, train, evaluate, OptionalInt.of(rowsAndColumns), OptionalInt.of(values));
  }

  private static void requirePositive(String key, OptionalInt images) {
    if (images.isPresent() && images.getAsInt() < 1) {
      throw new DataException(key + " = " + images.getAsInt() + ": at least 1 image is wanted");
    }
  }
}
