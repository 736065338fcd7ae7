package dev.margrave.workers.vae;

import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.TrainingEngine;

/** What a {@link Measurer} measures: codes of a split's images, and a witness on codes alone. */
interface MeasuredModel {
  /** n of the split. */
  int size();

  /** Images at once; decides which noise a row gets. */
  int chunk();

  int latent();

  int components();

  /** μ and ln σ² of the images {@code from …}. */
  void encode(int from, int count, float[] mean, float[] logVariance);

  /** The witness's logits {@code [count·K]}. */
  void witness(float[] codes, int count, float[] logits);

  /** As {@link TrainingEngine#reconstructionLosses}, of the images that were encoded last. */
  void reconstruct(float[] codes, int count, float[] nats, float[] squaredError);

  /** An engine's network on a split. */
  static MeasuredModel of(TrainingEngine engine, ImageSplit split) {
    float[] images = new float[engine.spec().batch() * engine.spec().pixels()];
    return new MeasuredModel() {
      @Override
      public int size() {
        return split.size();
      }

      @Override
      public int chunk() {
        return engine.spec().batch();
      }

      @Override
      public int latent() {
        return engine.spec().latent();
      }

      @Override
      public int components() {
        return engine.spec().components();
      }

      @Override
      public void encode(int from, int count, float[] mean, float[] logVariance) {
        split.fillRange(from, count, images);
        engine.encode(images, count, mean, logVariance);
      }

      @Override
      public void witness(float[] codes, int count, float[] logits) {
        engine.witnessLogits(codes, count, logits);
      }

      @Override
      public void reconstruct(float[] codes, int count, float[] nats, float[] squaredError) {
        engine.reconstructionLosses(images, codes, count, nats, squaredError);
      }
    };
  }
}
