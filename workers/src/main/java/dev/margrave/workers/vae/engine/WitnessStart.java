package dev.margrave.workers.vae.engine;

import java.util.Objects;

/** Where the witness head starts. */
public sealed interface WitnessStart {

  /**
   * The best constant student: weights 0, bias ln T̄, so that the margin starts at exactly 0.
   *
   * @param logMeanTeacher ln T̄ {@code [K]}, in nats
   */
  @SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
  record Boundary(float[] logMeanTeacher) implements WitnessStart {
    public Boundary {
      Objects.requireNonNull(logMeanTeacher, "logMeanTeacher");
    }
  }

  /** Glorot-uniform weights from the engine's seed, bias 0. */
  record Random() implements WitnessStart {}

  /** Where it stays: a {@link WitnessHead#SIMPLEX} has no weights. */
  record Fixed() implements WitnessStart {}
}
