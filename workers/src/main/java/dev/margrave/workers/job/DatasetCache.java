package dev.margrave.workers.job;

import dev.margrave.protocol.spec.DatasetSpec;
import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.LoadProgress;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** The data set that a worker's stages read, loaded once for all of them. Any thread's. */
public final class DatasetCache {
  private final Path dataDirectory;
  private DatasetSpec cachedSpec;
  private SoftReference<ImageDataset> cached = new SoftReference<>(null);

  /**
   * @param dataDirectory whose {@code datasets} folder is looked in when a spec has no path
   */
  public DatasetCache(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  /**
   * The data set of a spec. Others wait while one loads.
   *
   * @throws dev.margrave.workers.data.DataException for the user
   */
  public ImageDataset get(DatasetSpec spec) {
    return get(spec, LoadProgress.NONE);
  }

  /**
   * The same.
   *
   * @param progress is told how far it got, if it has to be loaded and takes long
   */
  public synchronized ImageDataset get(DatasetSpec spec, LoadProgress progress) {
    ImageDataset dataset = spec.equals(cachedSpec) ? cached.get() : null;
    if (dataset == null) {
      DatasetRequest request =
          new DatasetRequest(
              spec.name(),
              spec.path().map(Path::of),
              OptionalInt.of(spec.train()),
              OptionalInt.of(spec.evaluate()),
              optional(spec.size()),
              optional(spec.channels()));
      dataset = Datasets.load(request, dataDirectory, progress);
      cachedSpec = spec;
      cached = new SoftReference<>(dataset);
    }
    return dataset;
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
  }
}
