package dev.margrave.protocol.result;

/**
 * What a result's bits depend on.
 *
 * @param specHash SHA-256 of the canonical experiment spec
 * @param dataHash SHA-256 of the images and labels used
 * @param teacherHash SHA-256 of the training split's teacher table file
 * @param engine which trained, with its version: {@code nd4j 1.0.0-M2.1}
 * @param nativeLibrary that it ran on: {@code linux-x86_64-onednn-avx2}
 * @param threads of the engine, which decide the order of its sums
 * @param margraveVersion of this program
 */
public record Provenance(
    String specHash,
    String dataHash,
    String teacherHash,
    String engine,
    String nativeLibrary,
    int threads,
    String margraveVersion) {}
