package dev.margrave.workers.engine;

import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.SoftmaxRegression;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.Optional;

/**
 * A numerical library with all that a worker computes on it. An implementation is found as a {@link
 * java.util.ServiceLoader service}; it must load, and answer {@link #name} and {@link
 * #libraryClass}, where its library is missing.
 */
public interface Engine {
  /** As users say it: {@code nd4j}. */
  String name();

  /** Of the library; where that is missing, so is the engine. */
  String libraryClass();

  /** GPUs that this build of it can train on; empty where it was built for CPUs. */
  Optional<SupportedGpus> gpus();

  /**
   * What trains; a {@link TrainingEngine.Factory}.
   *
   * @throws IllegalStateException naming the mend, when the library cannot work here
   */
  TrainingEngine trainingEngine(NetworkSpec spec, WitnessStart witnessStart, long seed);

  /**
   * What a teacher is searched with.
   *
   * @param maxRows of a block
   * @param inner columns of a block
   * @param outer columns of the other factor
   */
  StreamedProducts products(int maxRows, int inner, int outer);

  /**
   * What a probe is fitted with.
   *
   * @param rows x {@code [n·features]}
   * @param targets {@code [n·classes]}, rows on the simplex
   */
  SoftmaxRegression softmaxRegression(float[] rows, int features, float[] targets, int classes);
}
