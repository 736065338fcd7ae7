package dev.margrave.libtorch;

import dev.margrave.protocol.worker.ComputeCapability;
import dev.margrave.workers.engine.Engine;
import dev.margrave.workers.engine.StreamedProducts;
import dev.margrave.workers.engine.SupportedGpus;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.SoftmaxRegression;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.util.Optional;

/** libtorch. Names no class of it itself, which need not be there. */
public final class LibtorchEngine implements Engine {
  private static final String GPU_NATIVES =
      "/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so";

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public String libraryClass() {
    return "org.bytedeco.pytorch.Tensor";
  }

  /** CUDA 13's. */
  @Override
  public Optional<SupportedGpus> gpus() {
    return LibtorchEngine.class.getResource(GPU_NATIVES) == null
        ? Optional.empty()
        : Optional.of(
            new SupportedGpus(
                new ComputeCapability(7, 5),
                new ComputeCapability(12, 0),
                "start this worker with --engine nd4j, built for GPUs (docs/gpu.md)"));
  }

  @Override
  public TrainingEngine trainingEngine(NetworkSpec spec, WitnessStart witnessStart, long seed) {
    return LibtorchTrainingEngine.create(spec, witnessStart, seed);
  }

  @Override
  public StreamedProducts products(int maxRows, int inner, int outer) {
    return new LibtorchStreamedProducts(maxRows, inner, outer);
  }

  @Override
  public SoftmaxRegression softmaxRegression(
      float[] rows, int features, float[] targets, int classes) {
    return LibtorchSoftmaxFit.of(rows, features, targets, classes);
  }
}
