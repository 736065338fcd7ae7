package dev.margrave.protocol.worker;

/**
 * What a worker has.
 *
 * @param slots stages at once, ≥ 1
 * @param gpus that its stages may use together, ≥ 0
 * @param memoryBytes that its stages may use together
 * @param engine what trains there: {@code nd4j}
 */
public record Capabilities(int slots, int gpus, long memoryBytes, String engine) {}
