package dev.margrave.certificate;

import java.util.Objects;

/**
 * A witness table: for every input the distribution that the witness head reads from the latent
 * code, for one or more draws of that code.
 *
 * @param rows [samples · n, K]: all n inputs of the first sample, then all of the second, and so on
 * @param scale whether the table holds probabilities or their natural logarithms
 * @param samples S, how many draws of z per input the table holds; 1 for z = μ(x)
 */
public record Witness(RowSource rows, Scale scale, int samples) {

  /** What the numbers of a witness table are. */
  public enum Scale {
    /** Each in [0, 1]; each row sums to 1. */
    PROBABILITIES,
    /** Natural logarithms of such numbers; −∞ stands for 0. The more accurate of the two. */
    LOG_PROBABILITIES
  }

  /** Checks that the samples are at least one and divide the rows. */
  public Witness {
    Objects.requireNonNull(scale, "scale");
    if (samples < 1) {
      throw new IllegalArgumentException("samples is %d, must be at least 1".formatted(samples));
    }
    if (rows.rows() % samples != 0) {
      throw new IllegalArgumentException(
          "witness has %d rows, which %d samples do not divide".formatted(rows.rows(), samples));
    }
  }

  /** One sample per input, [n, K], as probabilities. */
  public static Witness probabilities(RowSource rows) {
    return new Witness(rows, Scale.PROBABILITIES, 1);
  }

  /** One sample per input, [n, K], as natural logarithms of probabilities. */
  public static Witness logProbabilities(RowSource rows) {
    return new Witness(rows, Scale.LOG_PROBABILITIES, 1);
  }

  /** The same rows, read as [samples, n, K]. */
  public Witness withSamples(int newSamples) {
    return new Witness(rows, scale, newSamples);
  }

  /** n, the rows of one sample. */
  public long inputs() {
    return rows.rows() / samples;
  }
}
