package dev.margrave.orchestrator.http;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.SmallFile;
import java.util.Optional;
import java.util.Set;

/**
 * Small files that a stage left for people to look at, wherever artefacts are kept. Blocks; may be
 * called from any thread.
 */
public interface StageArtefacts {
  /** What a stage has left so far. */
  Set<SmallFile> list(StageId stage);

  /** One of them; empty when it is not there. */
  Optional<byte[]> read(StageId stage, SmallFile file);

  /** Where nothing is kept. */
  static StageArtefacts none() {
    return new StageArtefacts() {
      @Override
      public Set<SmallFile> list(StageId stage) {
        return Set.of();
      }

      @Override
      public Optional<byte[]> read(StageId stage, SmallFile file) {
        return Optional.empty();
      }
    };
  }
}
