package dev.margrave.app.page;

import dev.margrave.orchestrator.http.StageArtefacts;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
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
  public Set<SmallFile> list(StageId stage) {
    List<String> paths = store().list(stage.text());
    Set<SmallFile> found = EnumSet.noneOf(SmallFile.class);
    for (SmallFile file : SmallFile.values()) {
      if (paths.contains(ArtefactStore.smallPath(stage, file))) {
        found.add(file);
      }
    }
    return found;
  }

  @Override
  public Optional<byte[]> read(StageId stage, SmallFile file) {
    return store().readSmall(stage, file);
  }
}
