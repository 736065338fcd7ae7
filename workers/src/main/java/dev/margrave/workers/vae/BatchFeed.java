package dev.margrave.workers.vae;

import dev.margrave.workers.vae.engine.Batch;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.Regulariser;

/** The batches of an arm: functions of (seed, step). The arrays are filled anew by each call. */
public final class BatchFeed {
  private final TaughtSplit train;
  private final float[] teacher;
  private final long seed;
  private final long stepsPerEpoch;
  private final int batch;
  private final int components;
  private final float[] images;
  private final float[] teacherRows;
  private final float[] noise;
  private final float[] prior;

  private long orderedEpoch = -1;
  private int[] order = {};

  /**
   * @param seed of the arm's noise and data order
   */
  public BatchFeed(TaughtSplit train, NetworkSpec spec, long seed, long stepsPerEpoch) {
    this.train = train;
    this.teacher = train.teacherAsFloats();
    this.seed = seed;
    this.stepsPerEpoch = stepsPerEpoch;
    this.batch = spec.batch();
    this.components = spec.components();
    this.images = new float[batch * spec.pixels()];
    this.teacherRows = new float[batch * components];
    this.noise = new float[batch * spec.latent()];
    boolean compared = spec.regulariser() instanceof Regulariser.InfoVae;
    this.prior = new float[compared ? noise.length : 0];
  }

  /** The batch of a step: every epoch shuffles anew. */
  public Batch at(long step) {
    long epoch = step / stepsPerEpoch;
    if (epoch != orderedEpoch) {
      order = new CounterRandom(seed, Stream.DATA_ORDER, epoch).permutation(train.size());
      orderedEpoch = epoch;
    }
    fill(order, Math.toIntExact(step % stepsPerEpoch) * batch);
    new CounterRandom(seed, Stream.TRAINING_NOISE, step).fillGaussian(noise);
    new CounterRandom(seed, Stream.PRIOR_SAMPLES, step).fillGaussian(prior);
    return new Batch(batch, images, teacherRows, noise, prior);
  }

  /**
   * A batch drawn from the whole split with replacement, for an inner update of a step.
   *
   * @param inner below 2¹⁶
   */
  Batch inner(long step, int inner) {
    long place = (step << (Integer.SIZE / 2)) | inner;
    CounterRandom random = new CounterRandom(seed, Stream.INNER_BATCH, place);
    int[] drawn = new int[batch];
    for (int i = 0; i < batch; i++) {
      drawn[i] = random.nextInt(train.size());
    }
    fill(drawn, 0);
    new CounterRandom(seed, Stream.INNER_NOISE, place).fillGaussian(noise);
    return new Batch(batch, images, teacherRows, noise, prior);
  }

  private void fill(int[] places, int from) {
    train.images().fill(places, from, batch, images, 0);
    for (int i = 0; i < batch; i++) {
      System.arraycopy(
          teacher, places[from + i] * components, teacherRows, i * components, components);
    }
  }
}
