package dev.margrave.workers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.store.ForwardingStore;
import dev.margrave.workers.vae.TestSpecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real searches on 256 images. */
class TeacherSearchJobTest {
  private static final String FOLDER = "tiny/teacher-3";
  private static final StageId STAGE = StageId.parse(FOLDER);

  @TempDir Path folder;

  /** Hears of phases only. */
  private record Phases(Consumer<String> heard) implements StageListener {
    @Override
    public void started(long fromStep) {
      assertEquals(0, fromStep);
    }

    @Override
    public void progressed(
        String phase, long done, long total, double epoch, double imagesPerSecond) {
      heard.accept(phase);
    }

    @Override
    public void evaluated(Evaluation evaluation) {
      throw new AssertionError(evaluation);
    }

    @Override
    public void guardMeasured(RescueGuard guard) {
      throw new AssertionError(guard);
    }

    @Override
    public void checkpointed(CheckpointRef checkpoint, Effort effort) {
      throw new AssertionError(checkpoint);
    }

    @Override
    public void checkpointDamaged(CheckpointRef checkpoint) {
      throw new AssertionError(checkpoint);
    }
  }

  private TeacherFound search(ArtefactStore store, int attempt, Consumer<String> phases) {
    StageSpec spec =
        new StageSpec(
            STAGE, TestSpecs.tiny(), "hash", Optional.empty(), Optional.empty(), Optional.empty());
    StageOrder order =
        new StageOrder(new AttemptId(STAGE, attempt), spec, Optional.empty(), List.of());
    Outcome outcome =
        new TeacherSearchJob(new DatasetCache(folder), store, InstantSource.fixed(Instant.EPOCH))
            .run(order, new Phases(phases), () -> StopRequest.NONE)
            .outcome();
    return (TeacherFound) assertInstanceOf(Outcome.Completed.class, outcome).result();
  }

  @Test
  void nothingOfSupersededAttemptsIsLeft() {
    ArtefactStore store = new DirectoryArtefactStore(folder, "test");
    store.put(FOLDER + "/teacher-train.npy", out -> out.write(1));
    TeacherFound found =
        search(
            store,
            2,
            phase -> {
              if (phase.equals("freezing tables")) {
                // The first attempt stood still, and wakes up while the second searches.
                store.put(FOLDER + "/teacher-evaluate.npy", out -> out.write(1));
              }
            });
    assertEquals(
        List.of(
            FOLDER + "/confusion.json",
            FOLDER + "/leaderboard-2.json",
            FOLDER + "/leaderboard.json",
            FOLDER + "/teacher-evaluate-2.npy",
            FOLDER + "/teacher-train-2.npy"),
        store.list(FOLDER));
    assertEquals(FOLDER + "/teacher-train-2.npy", found.teacher().train().path());
  }

  @Test
  void aSearchWhoseSmallFilesAreRefusedFindsTheSameTeacher() {
    List<SmallFile> refused = new ArrayList<>();
    ArtefactStore refusing =
        new ForwardingStore(new DirectoryArtefactStore(folder.resolve("refusing"), "test")) {
          @Override
          public void putSmall(StageId stage, SmallFile file, byte[] content) {
            refused.add(file);
            throw new UncheckedIOException(new IOException("No space left on device"));
          }
        };
    ArtefactStore keeping = new DirectoryArtefactStore(folder.resolve("keeping"), "test");
    assertEquals(search(keeping, 2, phase -> {}), search(refusing, 2, phase -> {}));
    assertEquals(List.of(SmallFile.LEADERBOARD, SmallFile.CONFUSION), refused);
  }
}
