package dev.margrave.workers.vae.engine;

/** What stands between the code and the witness's logits. */
public enum WitnessHead {
  /** logits = z·A + c, trained by the alignment term. */
  LINEAR,
  /** logits = V·z with the vertices of a {@link RegularSimplex}: fixed, no parameter. */
  SIMPLEX
}
