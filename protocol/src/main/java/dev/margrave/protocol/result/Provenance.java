package dev.margrave.protocol.result;

/**
 * What a result's bits depend on.
 *
 * @param specHash SHA-256 of the canonical experiment spec
 * @param dataHash SHA-256 of the images and labels used
 * @param teacherHash SHA-256 of the training split's teacher table file
 * @param engine which trained: {@code nd4j}
 * @param engineVersion its version and native library
 * @param threads of the engine, which decide the order of its sums
 * @param margraveVersion of this program
 */
public record Provenance(
    String specHash,
    String dataHash,
    String teacherHash,
    String engine,
    String engineVersion,
    int threads,
    String margraveVersion) {}
