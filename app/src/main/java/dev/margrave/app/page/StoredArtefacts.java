package dev.margrave.app.page;

import dev.margrave.orchestrator.http.StageArtefacts;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What stages left, from the artefact store. That is opened when it is first asked: supervising
 * does not need it, and must not wait for a storage that is away.
 */
public final class StoredArtefacts implements StageArtefacts {
  /** Images and lists that people look at are smaller by far. */
  private static final int LARGEST_BYTES = 8 << 20;

  private final Supplier<ArtefactStore> opening;
  private ArtefactStore opened;

  /** In a store; what opening it throws is thrown at each question until it succeeds. */
  public StoredArtefacts(Supplier<ArtefactStore> opening) {
    this.opening = opening;
  }

  private synchronized ArtefactStore store() {
    if (opened == null) {
      opened = opening.get();
    }
    return opened;
  }

  @Override
  public Set<Kind> list(StageId stage) {
    List<String> paths = store().list(stage.text());
    Set<Kind> found = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      if (paths.contains(path(stage, kind))) {
        found.add(kind);
      }
    }
    return found;
  }

  @Override
  public Optional<byte[]> read(StageId stage, Kind kind) {
    return store().read(path(stage, kind), LARGEST_BYTES);
  }

  private static String path(StageId stage, Kind kind) {
    return stage.text() + "/" + kind.file();
  }
}
