package dev.margrave.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.workers.store.ForwardingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptFilesTest {
  private static final String FOLDER = "demo/full-0";
  private static final AttemptId THIRD = new AttemptId(StageId.parse(FOLDER), 3);

  @TempDir Path root;

  private ArtefactStore storeWith(String... paths) {
    ArtefactStore store = new DirectoryArtefactStore(root, "test");
    for (String path : paths) {
      store.put(path, out -> out.write(1));
    }
    return store;
  }

  @Test
  void onlyLaterAttemptsAreNumbered() {
    assertEquals("witness-at-mean.npy", AttemptFiles.name("witness-at-mean", "npy", 1));
    assertEquals("witness-at-mean-2.npy", AttemptFiles.name("witness-at-mean", "npy", 2));
    assertEquals("checkpoint-7-1.ckpt", AttemptFiles.numbered("checkpoint-7", "ckpt", 1));
  }

  @Test
  void theAttemptIsReadFromTheName() {
    assertEquals(1, AttemptFiles.attempt("demo-3/teacher-4/teacher-train.npy"));
    assertEquals(12, AttemptFiles.attempt("demo-3/teacher-4/teacher-train-12.npy"));
    assertEquals(3, AttemptFiles.attempt("demo/full-0/checkpoint-500-3.ckpt"));
    assertEquals(1, AttemptFiles.attempt("demo/full-0/samples.png"));
  }

  @Test
  void whatEarlierAttemptsWroteGoesAndNothingElse() {
    String committed = FOLDER + "/checkpoint-9-1.ckpt";
    String present = FOLDER + "/witness-sampled-3.npy";
    String later = FOLDER + "/checkpoint-20-4.ckpt";
    String neighbour = "demo/full-1/witness-sampled.npy";
    ArtefactStore store =
        storeWith(
            committed,
            present,
            later,
            neighbour,
            FOLDER + "/checkpoint-14-1.ckpt",
            FOLDER + "/checkpoint-12-2.ckpt",
            FOLDER + "/witness-sampled.npy",
            FOLDER + "/witness-sampled-2.npy",
            FOLDER + "/witness-at-mean.npy",
            FOLDER + "/leaderboard-2.json");
    for (SmallFile small : SmallFile.values()) {
      store.putSmall(THIRD.stage(), small, new byte[1]);
    }
    AttemptFiles.deleteSuperseded(store, THIRD, committed::equals);
    assertEquals(
        List.of(
            later,
            committed,
            FOLDER + "/confusion.json",
            FOLDER + "/leaderboard.json",
            FOLDER + "/path.json",
            FOLDER + "/samples.png",
            FOLDER + "/trainer-output.txt",
            present),
        store.list(FOLDER));
    assertEquals(List.of(neighbour), store.list("demo/full-1"));
  }

  @Test
  void theFirstAttemptDeletesNothing() {
    ArtefactStore store = storeWith(FOLDER + "/witness-sampled.npy");
    AttemptFiles.deleteSuperseded(store, new AttemptId(THIRD.stage(), 1), path -> false);
    assertEquals(List.of(FOLDER + "/witness-sampled.npy"), store.list(FOLDER));
  }

  @Test
  void aSupersededAttemptDeletesItsOwnThatNobodyNames() {
    String named = FOLDER + "/checkpoint-9-3.ckpt";
    String earlier = FOLDER + "/witness-sampled-2.npy";
    String later = FOLDER + "/witness-sampled-4.npy";
    ArtefactStore store =
        storeWith(named, earlier, later, FOLDER + "/witness-sampled-3.npy", FOLDER + "/a-3.npy");
    store.putSmall(THIRD.stage(), SmallFile.SAMPLES, new byte[1]);
    AttemptFiles.deleteUnnamed(store, THIRD, named::equals);
    assertEquals(List.of(named, FOLDER + "/samples.png", earlier, later), store.list(FOLDER));
  }

  @Test
  void aFileThatCannotBeDeletedStopsNobody() {
    String stubborn = FOLDER + "/leaderboard-2.json";
    ArtefactStore store =
        new ForwardingStore(storeWith(stubborn, FOLDER + "/witness-sampled.npy")) {
          @Override
          public void delete(String path) {
            if (path.equals(stubborn)) {
              throw new UncheckedIOException(new IOException("Permission denied"));
            }
            super.delete(path);
          }
        };
    AttemptFiles.deleteSuperseded(store, THIRD, path -> false);
    assertEquals(List.of(stubborn), store.list(FOLDER));
  }
}
