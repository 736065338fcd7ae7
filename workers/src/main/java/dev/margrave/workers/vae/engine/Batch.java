package dev.margrave.workers.vae.engine;

import java.util.Objects;

/**
 * What one optimiser step reads. The arrays are read, never kept or changed.
 *
 * @param count images, 1 ≤ count ≤ the engine's {@link NetworkSpec#batch}
 * @param images {@code [count·H·W·C]}, NHWC, in [0, 1]
 * @param teacher {@code [count·K]}, rows on the simplex
 * @param noise {@code [count·latent]}, standard normals
 * @param prior {@code [count·latent]}, standard normals: draws from the prior that {@link
 *     Regulariser.InfoVae} compares the codes with; empty for the others, which do not read it
 */
@SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
public record Batch(int count, float[] images, float[] teacher, float[] noise, float[] prior) {
  private static final float[] NONE = {};

  /** Without draws from the prior. */
  public Batch(int count, float[] images, float[] teacher, float[] noise) {
    this(count, images, teacher, noise, NONE);
  }

  public Batch {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(teacher, "teacher");
    Objects.requireNonNull(noise, "noise");
    Objects.requireNonNull(prior, "prior");
  }
}
