package dev.margrave.workers.vae;

import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.stage.TrainingInstruments;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Runs attempts at arms by the program that their experiment names. */
public final class ExternalArmTrainer {
  /** In a data directory: where attempts get folders to work in. */
  public static final String FOLDERS = "trainers";

  private final Path folders;
  private final ArtefactStore store;
  private final LongSupplier nanoTime;
  private final String margraveVersion;
  private final TrainingInstruments instruments;

  /**
   * @param folders where each attempt gets one to work in; of several processes, perhaps
   * @param nanoTime a monotonic clock, nanoseconds
   * @param margraveVersion for the provenance
   * @param instruments measure how training goes
   */
  public ExternalArmTrainer(
      Path folders,
      ArtefactStore store,
      LongSupplier nanoTime,
      String margraveVersion,
      TrainingInstruments instruments) {
    this.folders = folders;
    this.store = store;
    this.nanoTime = nanoTime;
    this.margraveVersion = margraveVersion;
    this.instruments = instruments;
  }

  /**
   * Waits on the calling thread until the program is over.
   *
   * @throws dev.margrave.workers.external.TrainerException when it fails, or breaks the protocol
   * @throws java.io.UncheckedIOException when the store fails
   */
  public StageEnding run(ArmTask task, StageListener listener, Supplier<StopRequest> stop) {
    try (TrainerFolder folder = TrainerFolder.create(folders);
        TrainingInstruments.Attempt attempt =
            instruments.begin(task.attempt().stage(), task.experiment().dataset().name())) {
      return new ExternalArm(
              task,
              folder,
              store,
              listener,
              stop,
              new Stopwatch(nanoTime),
              margraveVersion,
              attempt)
          .run();
    }
  }
}
