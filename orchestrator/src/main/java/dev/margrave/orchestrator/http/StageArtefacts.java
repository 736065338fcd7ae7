package dev.margrave.orchestrator.http;

import dev.margrave.protocol.StageId;
import java.util.Optional;
import java.util.Set;

/**
 * Small files that a stage left for people to look at, wherever artefacts are kept. Blocks; may be
 * called from any thread.
 */
public interface StageArtefacts {
  /** What there may be. */
  enum Kind {
    /** Images of the held-out split above their reconstructions. */
    SAMPLES("samples.png"),
    /** Every teacher of a search with its numbers, the winner first. */
    LEADERBOARD("leaderboard.json");

    private final String file;

    Kind(String file) {
      this.file = file;
    }

    /** Its name in the stage's folder. */
    public String file() {
      return file;
    }
  }

  /** What a stage has left so far. */
  Set<Kind> list(StageId stage);

  /** One of them; empty when it is not there. */
  Optional<byte[]> read(StageId stage, Kind kind);

  /** Where nothing is kept. */
  static StageArtefacts none() {
    return new StageArtefacts() {
      @Override
      public Set<Kind> list(StageId stage) {
        return Set.of();
      }

      @Override
      public Optional<byte[]> read(StageId stage, Kind kind) {
        return Optional.empty();
      }
    };
  }
}
