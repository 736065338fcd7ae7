package dev.margrave.workers.vae.engine;

/**
 * What trained: all that the bits of a run depend on besides its seeds, for the provenance.
 *
 * @param library name and version, as in {@code nd4j 1.0.0-M2.1}
 * @param nativeLibrary the native build that was actually loaded, as in {@code
 *     linux-x86_64-onednn-avx2}
 * @param threads that one operation runs on
 * @param javaVersion of the running JVM
 * @param determinism in one sentence: when two runs have the same bits
 */
public record EngineInfo(
    String library, String nativeLibrary, int threads, String javaVersion, String determinism) {}
