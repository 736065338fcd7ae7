package dev.margrave.workers.engine;

import dev.margrave.protocol.worker.ComputeCapability;
import dev.margrave.workers.vae.engine.Nd4jSoftmaxFit;
import dev.margrave.workers.vae.engine.Nd4jTrainingEngine;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.SoftmaxRegression;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.Optional;

/** ND4J's SameDiff. Names no class of ND4J itself, which need not be there. */
public final class Nd4jEngine implements Engine {
  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public String libraryClass() {
    return "org.nd4j.linalg.factory.Nd4j";
  }

  /** CUDA 11.6's: machine code up to Ampere, which Ada runs too, and none to compile from. */
  @Override
  public Optional<SupportedGpus> gpus() {
    return Engines.has("org.nd4j.linalg.jcublas.JCublasBackend")
        ? Optional.of(
            new SupportedGpus(
                new ComputeCapability(3, 7),
                new ComputeCapability(8, 9),
                "start this worker with --engine libtorch, built for GPUs (docs/gpu.md)"))
        : Optional.empty();
  }

  @Override
  public TrainingEngine trainingEngine(NetworkSpec spec, WitnessStart witnessStart, long seed) {
    return Nd4jTrainingEngine.create(spec, witnessStart, seed);
  }

  @Override
  public StreamedProducts products(int maxRows, int inner, int outer) {
    return new Nd4jStreamedProducts(maxRows, inner, outer);
  }

  @Override
  public SoftmaxRegression softmaxRegression(
      float[] rows, int features, float[] targets, int classes) {
    return Nd4jSoftmaxFit.of(rows, features, targets, classes);
  }
}
