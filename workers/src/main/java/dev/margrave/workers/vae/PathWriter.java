package dev.margrave.workers.vae;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.TrainingEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the stage's {@code path.json}, an {@link EnergyPath}, when an arm with a simplex witness
 * has ended. It is a small file for people: nothing is decided by it, and whatever goes wrong with
 * it is logged, and the stage goes on.
 */
final class PathWriter {
  private static final Logger LOG = LoggerFactory.getLogger(PathWriter.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArmTask task;
  private final TrainingEngine engine;
  private final ArtefactStore store;

  PathWriter(ArmTask task, TrainingEngine engine, ArtefactStore store) {
    this.task = task;
    this.engine = engine;
    this.store = store;
  }

  /**
   * Writes the file.
   *
   * @param marginNats of the trained model, held out, at z = μ(x)
   */
  void write(double marginNats) {
    try {
      store.putSmall(task.attempt().stage(), SmallFile.PATH, json(path(marginNats)));
    } catch (JsonProcessingException | RuntimeException e) {
      LOG.warn(
          "{}: {} could not be written ({}); the arm's result stands",
          task.attempt().stage(),
          SmallFile.PATH.file(),
          e.toString());
      LOG.debug("why", e);
    }
  }

  private EnergyPath path(double marginNats) {
    NetworkSpec network = engine.spec();
    TaughtSplit split = task.evaluate();
    double energy =
        EnergyPath.meanEnergy(
            Posteriors.of(engine, split.images()).mean(),
            network.latent(),
            network.components() - 1);
    return EnergyPath.ofHeldOut(
        split.teacher(), split.components(), new EnergyPath.Trained(energy, marginNats));
  }

  private static byte[] json(EnergyPath path) throws JsonProcessingException {
    return JSON.writeValueAsBytes(path);
  }
}
