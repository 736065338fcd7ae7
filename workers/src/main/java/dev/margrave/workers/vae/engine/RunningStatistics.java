package dev.margrave.workers.vae.engine;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Running averages of a batch's mean and variance, {@code [1, latent]} each, for {@link
 * Regulariser.NormalisedMean}; none for the other regularisers.
 *
 * <p>running ← (1 − m)·running + m·batch, from mean 0 and variance 1.
 */
final class RunningStatistics implements AutoCloseable {
  static final String MEAN = "mean.running-mean";
  static final String VARIANCE = "mean.running-variance";

  private final int latent;
  private final double momentum;
  private final SortedMap<String, INDArray> arrays = new TreeMap<>();

  RunningStatistics(NetworkSpec spec, DataType type) {
    latent = spec.latent();
    if (spec.regulariser() instanceof Regulariser.NormalisedMean normalised) {
      momentum = normalised.momentum();
      arrays.put(MEAN, Tensors.of(type, new float[latent], shape()).assign(0));
      arrays.put(VARIANCE, Tensors.of(type, new float[latent], shape()).assign(1));
    } else {
      momentum = 0;
    }
  }

  /** By name; they change in place. */
  Map<String, INDArray> arrays() {
    return Collections.unmodifiableSortedMap(arrays);
  }

  /** Of each. */
  List<Integer> shape() {
    return List.of(1, latent);
  }

  /** Takes a batch's statistic in; {@code ofBatch} is overwritten. */
  void update(String name, INDArray ofBatch) {
    arrays.get(name).muli(1 - momentum).addi(ofBatch.muli(momentum));
  }

  @Override
  public void close() {
    arrays.values().forEach(Tensors::close);
  }
}
