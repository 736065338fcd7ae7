package dev.margrave.workers.vae.engine;

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
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Fits a {@link SoftmaxRegression} with Deeplearning4j. */
public final class Nd4jSoftmaxFit {
  static {
    // Out of memory, the library would leave a file in the working directory.
    CrashReportingUtil.crashDumpsEnabled(false);
  }

  private Nd4jSoftmaxFit() {}

  /** As {@link dev.margrave.workers.engine.Engine#softmaxRegression} says. */
  public static SoftmaxRegression of(float[] rows, int features, float[] targets, int classes) {
    int n = rows.length / features;
    int steps = SoftmaxRegression.steps(n);
    int[] order = SoftmaxRegression.order(n);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(features, classes, steps));
    network.init();
    INDArray x = matrix(rows, features, order);
    INDArray t = matrix(targets, classes, order);
    try {
      for (int step = 0; step < steps; step++) {
        int from = SoftmaxRegression.firstRow(step, n);
        int to = Math.min(n, from + SoftmaxRegression.BATCH);
        network.fit(rows(x, from, to), rows(t, from, to));
      }
      return new SoftmaxRegression(
          Tensors.toArray(network.getParam("0_W").dup('c')),
          Tensors.toArray(network.getParam("0_b").dup('c')));
    } finally {
      network.close();
      Tensors.close(x);
      Tensors.close(t);
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  private static MultiLayerConfiguration configuration(int features, int classes, int steps) {
    return new NeuralNetConfiguration.Builder()
        .seed(0)
        .dataType(DataType.FLOAT)
        .weightInit(WeightInit.ZERO)
        .updater(
            new Adam(
                new ExponentialSchedule(
                    ScheduleType.ITERATION,
                    SoftmaxRegression.LEARNING_RATE,
                    SoftmaxRegression.decay(steps))))
        .l2(SoftmaxRegression.WEIGHT_DECAY)
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

  private static INDArray matrix(float[] values, int columns, int[] order) {
    return Tensors.of(
        DataType.FLOAT,
        SoftmaxRegression.ordered(values, columns, order),
        List.of(order.length, columns));
  }
}
