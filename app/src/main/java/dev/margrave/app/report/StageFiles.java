package dev.margrave.app.report;

import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.SmallFile;
import java.util.Optional;

/** The small files that the stages of an experiment left for people to look at. */
@FunctionalInterface
public interface StageFiles {
  /** Where nothing was kept. */
  StageFiles NONE = (stage, file) -> Optional.empty();

  /**
   * One of them; empty when it is not there.
   *
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  Optional<byte[]> read(StageKey stage, SmallFile file);
}
