package dev.margrave.workers.vae.engine;

/** What of a network a step updates; the rest stays bit for bit what it was. */
public enum Part {
  /** Encoder, decoder and, where the alignment pulls, the witness. */
  ALL,
  /** The encoder, up to μ and ln σ². */
  ENCODER,
  /** All but the encoder. */
  DECODER;

  /** Whether a step of this part updates that parameter. */
  public boolean updates(String parameter) {
    return this == ALL || (this == ENCODER) == isEncoder(parameter);
  }

  /** Whether that parameter is the encoder's, up to μ and ln σ². */
  public static boolean isEncoder(String parameter) {
    return parameter.startsWith("encoder.")
        || parameter.startsWith("mean.")
        || parameter.startsWith("logVariance.");
  }
}
