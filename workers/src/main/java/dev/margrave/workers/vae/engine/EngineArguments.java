package dev.margrave.workers.vae.engine;

/** What every {@link TrainingEngine} refuses, in the same words. */
public final class EngineArguments {
  private EngineArguments() {}

  /** A weight of the loss, or a learning rate. */
  public static void requireWeight(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be a finite number of at least 0");
    }
  }

  /** A number of rows to evaluate. */
  public static void requireRows(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + "; it must be at least 1");
    }
  }

  /** An array that {@code count} rows are read from or written to. */
  public static void requireLength(String name, float[] values, int count, int width) {
    if (values.length < (long) count * width) {
      throw new IllegalArgumentException(
          "%s holds %d values; %d rows of %d are needed"
              .formatted(name, values.length, count, width));
    }
  }

  /** An array of just that length. */
  public static void requireExactly(String name, float[] values, int length) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          "%s holds %d values; it needs exactly %d".formatted(name, values.length, length));
    }
  }

  /** All arrays of a step's batch. */
  public static void requireBatch(Batch batch, NetworkSpec spec) {
    int count = batch.count();
    if (count < 1 || count > spec.batch()) {
      throw new IllegalArgumentException(
          "a batch of " + count + " images; this engine takes 1 to " + spec.batch());
    }
    requireLength("images", batch.images(), count, spec.pixels());
    requireLength("teacher", batch.teacher(), count, spec.components());
    requireLength("noise", batch.noise(), count, spec.latent());
    if (spec.regulariser() instanceof Regulariser.InfoVae) {
      requireLength("prior", batch.prior(), count, spec.latent());
    }
  }
}
