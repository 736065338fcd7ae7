package dev.margrave.workers.vae;

import dev.margrave.protocol.result.VaeStatistics;

/**
 * What one pass over a split measures.
 *
 * @param samples S
 * @param size n
 * @param components K
 * @param sampled ln w at sampled z, {@code [S·n·K]}; S tables one after another
 * @param atMean ln w at z = μ(x), {@code [n·K]}
 * @param statistics of the VAE beside it
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
record Measurement(
    int samples,
    int size,
    int components,
    float[] sampled,
    float[] atMean,
    VaeStatistics statistics) {

  /** Whether every ln w and the KL are numbers. */
  boolean isFinite() {
    return Double.isFinite(statistics.klNats()) && allFinite(sampled) && allFinite(atMean);
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
