package dev.margrave.workers.vae;

import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.Batch;
import dev.margrave.workers.vae.engine.Part;
import dev.margrave.workers.vae.engine.StepLosses;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.util.function.DoubleSupplier;

/**
 * What the steps of an arm are taken with.
 *
 * @param train what it learns from
 * @param seed of its noise
 * @param lambda λ of the alignment in the step that is taken
 * @param learningRate of Adam
 */
record TrainingContext(
    TrainingEngine engine,
    BatchFeed feed,
    ImageSplit train,
    long seed,
    DoubleSupplier lambda,
    double learningRate) {

  StepLosses step(Batch batch, double beta, Part part) {
    return engine.step(batch, beta, lambda.getAsDouble(), learningRate, part);
  }
}
