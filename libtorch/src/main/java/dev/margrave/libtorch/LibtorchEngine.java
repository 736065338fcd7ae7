package dev.margrave.libtorch;

import dev.margrave.workers.engine.Engine;
import dev.margrave.workers.engine.StreamedProducts;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.SoftmaxRegression;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;

/** libtorch. Names no class of it itself, which need not be there. */
public final class LibtorchEngine implements Engine {
  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public String libraryClass() {
    return "org.bytedeco.pytorch.Tensor";
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
