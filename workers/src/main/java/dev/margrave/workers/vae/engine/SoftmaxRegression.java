package dev.margrave.workers.vae.engine;

import dev.margrave.workers.vae.engine.CounterRandom.Stream;

/**
 * p = softmax(x·A + c), fitted by cross-entropy to rows on the simplex, with a little weight decay.
 *
 * <p>The problem is convex and starts at A = 0, c = 0; batches come in one fixed order, to Adam
 * with a rate that falls geometrically to a hundredth. So the same numbers give the same bits, on
 * the same native library with the same number of threads.
 *
 * @param weights A {@code [features·classes]}, row by row
 * @param bias c {@code [classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
public record SoftmaxRegression(float[] weights, float[] bias) {
  /** Rows of a step; the last of an epoch has what is left. */
  public static final int BATCH = 256;

  /** Of the first step. */
  public static final double LEARNING_RATE = 0.1;

  private static final double LAST_SHARE = 0.01;

  /** Times half the sum of A's squares is added to the mean cross-entropy. */
  public static final double WEIGHT_DECAY = 1e-3;

  private static final int EPOCHS = 20;
  private static final int LEAST_STEPS = 200;
  private static final int MOST_STEPS = 1500;
  private static final long ORDER_SEED = 0;

  /** Steps that a fit to n rows takes. */
  public static int steps(int n) {
    return Math.max(LEAST_STEPS, Math.min(MOST_STEPS, EPOCHS * batches(n)));
  }

  /** What each step's rate is of the one before. */
  public static double decay(int steps) {
    return Math.pow(LAST_SHARE, 1.0 / steps);
  }

  /** In which the rows come, epoch for epoch. */
  public static int[] order(int n) {
    return new CounterRandom(ORDER_SEED, Stream.DATA_ORDER, 0).permutation(n);
  }

  /** Of a step, among the ordered ones. */
  public static int firstRow(int step, int n) {
    return step % batches(n) * BATCH;
  }

  /** The rows in that order. */
  public static float[] ordered(float[] values, int columns, int[] order) {
    float[] ordered = new float[values.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(values, order[i] * columns, ordered, i * columns, columns);
    }
    return ordered;
  }

  private static int batches(int n) {
    return (n + BATCH - 1) / BATCH;
  }

  /**
   * x·A + c, summed in double.
   *
   * @param rows x {@code [n·features]}
   * @return {@code [n·classes]}
   */
  public float[] logits(float[] rows) {
    int classes = bias.length;
    int features = weights.length / classes;
    int n = rows.length / features;
    float[] all = new float[n * classes];
    double[] logits = new double[classes];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < classes; k++) {
        logits[k] = bias[k];
      }
      for (int d = 0; d < features; d++) {
        double value = rows[i * features + d];
        for (int k = 0; k < classes; k++) {
          logits[k] += value * weights[d * classes + k];
        }
      }
      for (int k = 0; k < classes; k++) {
        all[i * classes + k] = (float) logits[k];
      }
    }
    return all;
  }
}
