package dev.margrave.workers.vae;

import dev.margrave.certificate.npy.NpyElement;
import dev.margrave.certificate.npy.NpyWriter;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.workers.stage.AttemptFiles;

/**
 * Where an arm's final witness tables are written, as {@code .npy}.
 *
 * @param folder the stage's
 * @param attempt that writes
 */
record WitnessTables(ArtefactStore store, String folder, int attempt) {
  /** ln w at sampled z. */
  ArtefactRef sampled(Measurement measured) {
    return write("witness-sampled", measured.sampled(), measured.samples(), measured);
  }

  /** ln w at z = μ(x). */
  ArtefactRef atMean(Measurement measured) {
    return write("witness-at-mean", measured.atMean(), 1, measured);
  }

  private ArtefactRef write(String name, float[] table, int samples, Measurement measured) {
    long[] shape =
        samples == 1
            ? new long[] {measured.size(), measured.components()}
            : new long[] {samples, measured.size(), measured.components()};
    return store.put(
        folder + "/" + AttemptFiles.name(name, "npy", attempt),
        out -> {
          try (NpyWriter writer = new NpyWriter(out, NpyElement.FLOAT32, shape)) {
            for (float value : table) {
              writer.write(value);
            }
          }
        });
  }
}
