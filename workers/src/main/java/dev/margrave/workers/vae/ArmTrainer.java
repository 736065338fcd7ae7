package dev.margrave.workers.vae;

import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.spec.VaeSpec;
import dev.margrave.workers.data.ImageShape;
import dev.margrave.workers.stage.RefusedStageException;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.stage.TrainingInstruments;
import dev.margrave.workers.vae.engine.Likelihood;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Precision;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessHead;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Runs one attempt at an arm from its start, or its last checkpoint, to its certificate. What an
 * arm means stands here and in {@link ArmSchedule}, once for every engine.
 */
public final class ArmTrainer {
  private final TrainingEngine.Factory engines;
  private final ArtefactStore store;
  private final LongSupplier nanoTime;
  private final String margraveVersion;
  private final TrainingInstruments instruments;

  /**
   * @param nanoTime a monotonic clock, nanoseconds; changes no result
   * @param margraveVersion for the provenance
   * @param instruments measure how training goes
   */
  public ArmTrainer(
      TrainingEngine.Factory engines,
      ArtefactStore store,
      LongSupplier nanoTime,
      String margraveVersion,
      TrainingInstruments instruments) {
    this.instruments = instruments;
    this.engines = engines;
    this.store = store;
    this.nanoTime = nanoTime;
    this.margraveVersion = margraveVersion;
  }

  /**
   * Trains on the calling thread.
   *
   * @param stop asked before every step
   * @throws NumericFailureException when a loss is no longer a number
   * @throws java.io.UncheckedIOException when the store fails
   */
  public StageEnding run(ArmTask task, StageListener listener, Supplier<StopRequest> stop) {
    try (TrainingEngine engine = create(engines, task);
        TrainingInstruments.Attempt attempt =
            instruments.begin(task.attempt().stage(), task.experiment().dataset().name())) {
      return new ArmRunner(
              task,
              engine,
              store,
              listener,
              stop,
              new Stopwatch(nanoTime),
              margraveVersion,
              attempt)
          .run();
    }
  }

  private static WitnessStart witnessStart(ArmTask task) {
    VaeSpec vae = task.experiment().vae();
    if (vae.witness() == VaeSpec.Witness.SIMPLEX) {
      return new WitnessStart.Fixed();
    }
    return vae.witnessInit() == VaeSpec.WitnessInit.BOUNDARY
        ? new WitnessStart.Boundary(task.train().logMeanTeacher())
        : new WitnessStart.Random();
  }

  /**
   * The engine of an arm, fresh.
   *
   * @throws RefusedStageException when the spec describes no network
   */
  static TrainingEngine create(TrainingEngine.Factory engines, ArmTask task) {
    try {
      return engines.create(network(task), witnessStart(task), task.run().seed());
    } catch (IllegalArgumentException e) {
      throw new RefusedStageException("the network cannot be built: " + e.getMessage(), e);
    }
  }

  private static NetworkSpec network(ArmTask task) {
    VaeSpec vae = task.experiment().vae();
    ImageShape shape = task.train().images().shape();
    return new NetworkSpec(
        shape.height(),
        shape.width(),
        shape.channels(),
        vae.channels(),
        vae.latent(),
        task.train().components(),
        vae.likelihood() == VaeSpec.Likelihood.BERNOULLI
            ? Likelihood.BERNOULLI
            : Likelihood.GAUSSIAN,
        ArmSchedule.batch(task.experiment(), task.train().size()),
        vae.witness() == VaeSpec.Witness.SIMPLEX ? WitnessHead.SIMPLEX : WitnessHead.LINEAR,
        task.objective().regulariser(),
        task.experiment()
            .training()
            .precision()
            .map(precision -> Precision.valueOf(precision.name()))
            .orElse(Precision.FLOAT32));
  }
}
