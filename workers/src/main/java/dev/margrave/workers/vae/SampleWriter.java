package dev.margrave.workers.vae;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.TrainingEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the stage's {@code samples.png} up to date: the first held-out images above what the
 * decoder makes of their mean codes.
 *
 * <p>It is a small file of the store, known by its name and replaced as training goes on; nothing
 * is decided by it. It draws no random number and changes no weight, so that training ends with the
 * same bits with it and without; and whatever goes wrong with it is logged, and the stage goes on.
 */
final class SampleWriter {
  /** The file's name in the stage's folder. */

  /** Images in a row. */
  static final int IMAGES = 8;

  static final double SECONDS_BETWEEN = 10;

  private static final Logger LOG = LoggerFactory.getLogger(SampleWriter.class);

  private final StageId stage;
  private final ImageSplit split;
  private final TrainingEngine engine;
  private final ArtefactStore store;
  private final Stopwatch stopwatch;
  private boolean tried;
  private long lastTry;

  SampleWriter(
      StageId stage,
      ImageSplit split,
      TrainingEngine engine,
      ArtefactStore store,
      Stopwatch stopwatch) {
    this.stage = stage;
    this.split = split;
    this.engine = engine;
    this.store = store;
    this.stopwatch = stopwatch;
  }

  /** Writes the file, unless it was written just now. */
  void writeIfDue() {
    if (!tried || (stopwatch.now() - lastTry) * 1e-9 >= SECONDS_BETWEEN) {
      write();
    }
  }

  /** Writes the file. */
  void write() {
    try {
      store.putSmall(stage, SmallFile.SAMPLES, draw());
    } catch (RuntimeException | LinkageError e) {
      LOG.warn(
          "{}: {} could not be written ({}); training goes on",
          stage,
          SmallFile.SAMPLES.file(),
          e.toString());
      LOG.debug("why", e);
    }
    tried = true;
    lastTry = stopwatch.now();
  }

  private byte[] draw() {
    NetworkSpec network = engine.spec();
    int count = Math.min(IMAGES, Math.min(network.batch(), split.size()));
    float[] images = new float[count * network.pixels()];
    float[] mean = new float[count * network.latent()];
    float[] logVariance = new float[count * network.latent()];
    float[] decoded = new float[count * network.pixels()];
    split.fillRange(0, count, images);
    engine.encode(images, count, mean, logVariance);
    engine.decode(mean, count, decoded);
    return SampleSheet.png(split.shape(), images, decoded, count);
  }
}
