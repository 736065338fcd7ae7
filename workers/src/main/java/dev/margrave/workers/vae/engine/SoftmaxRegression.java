package dev.margrave.workers.vae.engine;

import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.CrashReportingUtil;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * p = softmax(x·A + c), fitted by cross-entropy to rows on the simplex, with a little weight decay.
 * The problem is convex and starts at A = 0, c = 0; batches come in one fixed order. So the same
 * numbers give the same bits, on the same native library with the same number of threads.
 */
public final class SoftmaxRegression {
  private static final int BATCH = 256;
  private static final int EPOCHS = 20;
  private static final int LEAST_STEPS = 200;
  private static final int MOST_STEPS = 1500;
  private static final double LEARNING_RATE = 0.02;
  private static final double WEIGHT_DECAY = 1e-3;
  private static final long ORDER_SEED = 0;

  static {
    // Out of memory, the library would leave a file in the working directory.
    CrashReportingUtil.crashDumpsEnabled(false);
  }

  private final int features;
  private final int classes;
  private final float[] weights;
  private final float[] bias;

  private SoftmaxRegression(int features, int classes, float[] weights, float[] bias) {
    this.features = features;
    this.classes = classes;
    this.weights = weights;
    this.bias = bias;
  }

  /**
   * Fits.
   *
   * @param rows x {@code [n·features]}
   * @param targets {@code [n·classes]}, rows on the simplex
   */
  public static SoftmaxRegression fit(float[] rows, int features, float[] targets, int classes) {
    int n = rows.length / features;
    int batches = (n + BATCH - 1) / BATCH;
    int steps = Math.max(LEAST_STEPS, Math.min(MOST_STEPS, EPOCHS * batches));
    int[] order = new CounterRandom(ORDER_SEED, Stream.DATA_ORDER, 0).permutation(n);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(features, classes, steps));
    network.init();
    INDArray x = matrix(rows, features, order);
    INDArray t = matrix(targets, classes, order);
    try {
      for (int step = 0; step < steps; step++) {
        int from = step % batches * BATCH;
        int to = Math.min(n, from + BATCH);
        network.fit(rows(x, from, to), rows(t, from, to));
      }
      return new SoftmaxRegression(
          features,
          classes,
          Tensors.toArray(network.getParam("0_W").dup('c')),
          Tensors.toArray(network.getParam("0_b").dup('c')));
    } finally {
      network.close();
      Tensors.close(x);
      Tensors.close(t);
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  /**
   * x·A + c, summed in double.
   *
   * @param rows x {@code [n·features]}
   * @return {@code [n·classes]}
   */
  public float[] logits(float[] rows) {
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

  private static MultiLayerConfiguration configuration(int features, int classes, int steps) {
    return new NeuralNetConfiguration.Builder()
        .seed(ORDER_SEED)
        .dataType(DataType.FLOAT)
        .weightInit(WeightInit.ZERO)
        .updater(new Adam(new PolySchedule(ScheduleType.ITERATION, LEARNING_RATE, 1, steps)))
        .l2(WEIGHT_DECAY)
        .trainingWorkspaceMode(WorkspaceMode.ENABLED)
        .list(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(features)
                .nOut(classes)
                .build())
        .build();
  }

  private static INDArray rows(INDArray matrix, int from, int to) {
    return matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
  }

  /** The rows in that order. */
  private static INDArray matrix(float[] values, int columns, int[] order) {
    float[] ordered = new float[values.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(values, order[i] * columns, ordered, i * columns, columns);
    }
    return Tensors.of(DataType.FLOAT, ordered, List.of(order.length, columns));
  }
}
