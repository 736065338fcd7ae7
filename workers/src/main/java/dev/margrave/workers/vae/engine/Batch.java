package dev.margrave.workers.vae.engine;

import java.util.Objects;

/**
 * What one optimiser step reads. The arrays are read, never kept or changed.
 *
 * @param count images, 1 ≤ count ≤ the engine's {@link NetworkSpec#batch}
 * @param images {@code [count·H·W·C]}, NHWC, in [0, 1]
 * @param teacher {@code [count·K]}, rows on the simplex
 * @param noise {@code [count·latent]}, standard normals
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
public record Batch(int count, float[] images, float[] teacher, float[] noise) {
  public Batch {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(teacher, "teacher");
    Objects.requireNonNull(noise, "noise");
  }
}
