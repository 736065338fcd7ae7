package dev.margrave.protocol.result;

/**
 * Does the witness read the latent code and nothing else? Without a yes nothing is certified.
 *
 * @param everyPathThroughCode in the computation graph, no path leads from the input to the witness
 *     past the code
 * @param blindToInput with the code held fixed, another input leaves the witness bit-identical
 * @param constantOnConstantCode with one code for all inputs, the witness is one distribution
 * @param detail what was looked at, in a sentence
 */
public record LatentAudit(
    boolean everyPathThroughCode,
    boolean blindToInput,
    boolean constantOnConstantCode,
    String detail) {

  /** Whether all three hold. */
  public boolean passed() {
    return everyPathThroughCode && blindToInput && constantOnConstantCode;
  }
}
