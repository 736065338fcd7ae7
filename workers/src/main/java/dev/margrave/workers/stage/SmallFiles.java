package dev.margrave.workers.stage;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves what people look at. Nothing is decided by it, so nothing fails for it. */
public final class SmallFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SmallFiles.class);

  private SmallFiles() {}

  /**
   * Writes or replaces a small file of a stage. Whatever goes wrong in making its content or with
   * the store is logged, and the stage goes on.
   */
  public static void leave(
      ArtefactStore store, StageId stage, SmallFile file, Supplier<byte[]> content) {
    try {
      store.putSmall(stage, file, content.get());
    } catch (RuntimeException | LinkageError e) {
      LOG.warn(
          "{}: {} could not be written ({}); the stage goes on", stage, file.file(), e.toString());
      LOG.debug("why", e);
    }
  }
}
