package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointPathsTest {
  private static final String FOLDER = "e/full-0";

  @TempDir Path root;

  private ArtefactStore storeWith(String... paths) {
    ArtefactStore store = new DirectoryArtefactStore(root, "test");
    for (String path : paths) {
      store.put(path, out -> out.write(1));
    }
    return store;
  }

  @Test
  void whatWasNeverCommittedGoesAndNothingElse() {
    String older = CheckpointPaths.of(FOLDER, 5, 1);
    String committed = CheckpointPaths.of(FOLDER, 9, 1);
    String later = CheckpointPaths.of(FOLDER, 20, 3);
    ArtefactStore store =
        storeWith(
            older,
            committed,
            CheckpointPaths.of(FOLDER, 14, 1),
            CheckpointPaths.of(FOLDER, 12, 2),
            later,
            FOLDER + "/witness-sampled.npy");
    CheckpointPaths.deleteUncommitted(store, FOLDER, 3, 9);
    assertEquals(
        List.of(later, older, committed, FOLDER + "/witness-sampled.npy"), store.list(FOLDER));
  }

  @Test
  void withNothingCommittedAllOfEarlierAttemptsGo() {
    ArtefactStore store =
        storeWith(CheckpointPaths.of(FOLDER, 0, 1), CheckpointPaths.of(FOLDER, 3, 2));
    CheckpointPaths.deleteUncommitted(store, FOLDER, 3, -1);
    assertEquals(List.of(), store.list(FOLDER));
  }
}
