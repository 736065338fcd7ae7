package dev.margrave.workers.vae.engine;

/**
 * What trains a step. Arms, schedules, evaluation, certificate and audit stand above this port.
 *
 * <p>Images are NHWC in [0, 1], flattened; codes are {@code [count·latent]}; {@code count} is any
 * number ≥ 1 for evaluation, which streams in chunks of {@link NetworkSpec#batch}. Arrays may be
 * longer than needed: the first {@code count} rows are read or written. The bits of a row do not
 * depend on which other rows stand beside it.
 *
 * <p>One engine belongs to one thread at a time; several engines in several threads are
 * independent. After {@link #close} every call throws {@link IllegalStateException}. Arguments of
 * the wrong size throw {@link IllegalArgumentException} naming the argument, its length and the
 * length needed.
 */
public interface TrainingEngine extends AutoCloseable {

  /** Makes engines; a function of its arguments, so that equal seeds give equal weights. */
  @FunctionalInterface
  interface Factory {
    /**
     * A fresh engine at iteration 0.
     *
     * @param seed of the initial weights; the witness start changes none of the other weights
     */
    TrainingEngine create(NetworkSpec spec, WitnessStart witnessStart, long seed);
  }

  /** The network that this engine trains. */
  NetworkSpec spec();

  /**
   * One Adam step (β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸) on reconstruction + β·KL + λ·alignment, the mean
   * per image, with one sample z = μ + σ·noise; what stands for β·KL is the spec's {@link
   * Regulariser}'s to say.
   *
   * <p>With λ = 0 the witness head and its moments stay bit for bit what they were: the alignment
   * term alone trains it. What is not of the {@code part} stays so too, its moments and its count
   * of Adam's steps included.
   *
   * @param beta β ≥ 0, finite
   * @param lambda λ ≥ 0, finite
   * @param learningRate ≥ 0, finite
   * @param part that is updated
   */
  StepLosses step(Batch batch, double beta, double lambda, double learningRate, Part part);

  /** The same for the whole network. */
  default StepLosses step(Batch batch, double beta, double lambda, double learningRate) {
    return step(batch, beta, lambda, learningRate, Part.ALL);
  }

  /**
   * Posterior parameters.
   *
   * @param mean receives μ {@code [count·latent]}
   * @param logVariance receives ln σ² {@code [count·latent]}
   */
  void encode(float[] images, int count, float[] mean, float[] logVariance);

  /**
   * The witness, which reads the latent code and nothing else.
   *
   * @param logits receives the {@link WitnessHead}'s {@code [count·K]}
   */
  void witnessLogits(float[] codes, int count, float[] logits);

  /**
   * The interventional half of the latent-only audit: runs the whole network, encoder included, on
   * {@code images}, with its latent code replaced by {@code codes}. A latent-only witness gives the
   * bits of {@link #witnessLogits} whatever the images.
   *
   * @param logits receives {@code [count·K]}
   */
  void witnessLogitsUnder(float[] images, float[] codes, int count, float[] logits);

  /**
   * The decoder's expected pixels.
   *
   * @param decoded receives {@code [count·H·W·C]}: probabilities (Bernoulli) or means (Gaussian)
   */
  void decode(float[] codes, int count, float[] decoded);

  /**
   * Reconstruction of {@code images} from {@code codes}, per image.
   *
   * @param nats receives −ln p(x|z) {@code [count]}
   * @param squaredError receives (1/pixels) Σ (x − decoded)² {@code [count]}
   */
  void reconstructionLosses(
      float[] images, float[] codes, int count, float[] nats, float[] squaredError);

  /** A copy of everything a resumed run needs. */
  EngineState snapshot();

  /**
   * Goes back to {@code state}, which any engine of the same spec may have made.
   *
   * @throws IllegalArgumentException naming a tensor that is missing, superfluous or of another
   *     shape; nothing has changed then
   */
  void restore(EngineState state);

  /**
   * Re-seeds the witness head and zeroes its Adam moments.
   *
   * @param weights A {@code [latent·K]}, row-major
   * @param bias c {@code [K]}
   * @throws IllegalStateException for a witness without weights
   */
  void resetWitness(float[] weights, float[] bias);

  /** What trains. */
  EngineInfo info();

  /** The graph that trains. */
  GraphDescription graph();

  /** Frees native memory; a second call does nothing. */
  @Override
  void close();
}
