package dev.margrave.workers.job;

import dev.margrave.certificate.npy.NpyArray;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.workers.data.DataException;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.stage.RefusedStageException;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageJob;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.vae.ArmTask;
import dev.margrave.workers.vae.ArmTrainer;
import dev.margrave.workers.vae.ExternalArmTrainer;
import dev.margrave.workers.vae.TaughtSplit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Trains one arm: fetches data and the frozen teacher, checks that they belong together. */
public final class ArmJob implements StageJob {
  private final DatasetCache datasets;
  private final ArtefactStore store;
  private final ArmTrainer trainer;
  private final Optional<ExternalArmTrainer> external;

  /** Without external trainers. */
  public ArmJob(DatasetCache datasets, ArtefactStore store, ArmTrainer trainer) {
    this(datasets, store, trainer, Optional.empty());
  }

  /**
   * @param external runs the programs that experiments name; empty where that is not allowed
   */
  public ArmJob(
      DatasetCache datasets,
      ArtefactStore store,
      ArmTrainer trainer,
      Optional<ExternalArmTrainer> external) {
    this.datasets = datasets;
    this.store = store;
    this.trainer = trainer;
    this.external = external;
  }

  @Override
  public StageEnding run(StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
    ArmRun run = (ArmRun) order.attempt().stage().key();
    boolean elsewhere = order.spec().experiment().trainer().isPresent();
    if (elsewhere && external.isEmpty()) {
      throw new RefusedStageException(
          "this worker runs no external trainers; allow it with margrave.worker.external-trainers ="
              + " true",
          null);
    }
    listener.progressed("loading data", 0, 1, 0, 0);
    ImageDataset data =
        datasets.get(
            order.spec().experiment().dataset(),
            (done, total) -> listener.progressed("loading data", done, total, 0, 0));
    checkData(order, data);
    TeacherRef teacher = order.spec().teacher().orElseThrow();
    ArmTask task =
        new ArmTask(
            order,
            run,
            taught(data.train(), teacher.train(), teacher.components()),
            taught(data.evaluate(), teacher.evaluate(), teacher.components()),
            data.contentHash());
    return elsewhere
        ? external.orElseThrow().run(task, listener, stop)
        : trainer.run(task, listener, stop);
  }

  private static void checkData(StageOrder order, ImageDataset data) {
    String expected = order.spec().dataHash().orElseThrow();
    if (!data.contentHash().equals(expected)) {
      throw new DataException(
          ("the data set '%s' has changed since its teacher was searched: its SHA-256 is %s, was"
                  + " %s; put the old files back, or start anew with --fresh")
              .formatted(data.name(), data.contentHash(), expected));
    }
  }

  private TaughtSplit taught(ImageSplit images, ArtefactRef table, int components) {
    try {
      return new TaughtSplit(images, NpyArray.map(store.fetch(table)).toArray(), components);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read the teacher table: " + e.getMessage(), e);
    }
  }
}
