package dev.margrave.protocol.worker;

/**
 * What a stage asks of a worker besides a slot.
 *
 * @param gpus ≥ 0
 * @param memoryBytes 0: does not say
 */
public record Needs(int gpus, long memoryBytes) {
  /** A slot, and nothing else. */
  public static final Needs SLOT = new Needs(0, 0);
}
