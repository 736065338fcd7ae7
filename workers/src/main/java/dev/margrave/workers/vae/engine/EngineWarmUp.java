package dev.margrave.workers.vae.engine;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the first stage of a process start as fast as later ones: loading an engine's native
 * library and classes takes seconds, which a stage that is recovered here would have to wait.
 */
public final class EngineWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(EngineWarmUp.class);
  private static final NetworkSpec SMALLEST =
      new NetworkSpec(4, 4, 1, List.of(2, 2), 2, 2, Likelihood.BERNOULLI, 2);

  private EngineWarmUp() {}

  /** Trains a step of a tiny network, in a thread that keeps no process alive. */
  public static Thread start(TrainingEngine.Factory engines) {
    Thread thread = new Thread(() -> train(engines), "engine-warm-up");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void train(TrainingEngine.Factory engines) {
    try (TrainingEngine engine = engines.create(SMALLEST, new WitnessStart.Random(), 0)) {
      int count = SMALLEST.batch();
      Batch batch =
          new Batch(
              count,
              new float[count * SMALLEST.pixels()],
              new float[] {1, 0, 0, 1},
              new float[count * SMALLEST.latent()]);
      engine.step(batch, 1, 1, 0);
      engine.witnessLogits(
          new float[count * SMALLEST.latent()], count, new float[count * SMALLEST.components()]);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("no stage can train in this process: {}", e.getMessage(), e);
    }
  }
}
