package dev.margrave.workers.store;

import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.nio.file.Path;
import java.time.Clock;

/** Opens the artefact store that the configuration names. */
public final class ArtefactStores {
  /** In the data directory, when the artefacts are in no other place. */
  private static final String ARTEFACTS = "experiments";

  /** In the data directory, when the artefacts are in S3. */
  private static final String CACHE = "artefact-cache";

  private ArtefactStores() {}

  /**
   * Opens it; for S3 the bucket is asked whether it can be used. The store lives as long as the
   * process: what it holds are connections and daemon threads.
   *
   * @param dataDirectory of this node
   * @param writer sets this process apart from all others that write to the same place, on this
   *     machine and on others
   * @throws java.io.UncheckedIOException saying why it cannot be used
   */
  public static ArtefactStore open(
      ArtefactSettings settings, Path dataDirectory, String writer, Clock clock) {
    ArtefactLocation location = settings.location();
    if (location instanceof ArtefactLocation.Directory directory) {
      return new DirectoryArtefactStore(directory.path(), writer);
    }
    if (location instanceof ArtefactLocation.Bucket bucket) {
      S3ArtefactStore store =
          new S3ArtefactStore(bucket, settings.s3(), dataDirectory.resolve(CACHE), writer, clock);
      try {
        store.check();
      } catch (RuntimeException e) {
        store.close();
        throw e;
      }
      return store;
    }
    return new DirectoryArtefactStore(dataDirectory.resolve(ARTEFACTS), writer);
  }
}
