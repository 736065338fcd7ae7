package dev.margrave.protocol.worker;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a worker has.
 *
 * @param slots stages at once, ≥ 1
 * @param gpus that its stages may use together, ≥ 0
 * @param memoryBytes that its stages may use together
 * @param engine what trains there: {@code nd4j}, {@code libtorch}
 * @param computeCapability of the oldest of its GPUs, as {@code 8.6}; empty without one, and where
 *     it is not known
 */
public record Capabilities(
    int slots,
    int gpus,
    long memoryBytes,
    String engine,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String computeCapability) {

  public Capabilities {
    // Absent from what workers of before it say.
    computeCapability = computeCapability == null ? "" : computeCapability;
  }

  /** Of GPUs that nobody has asked. */
  public Capabilities(int slots, int gpus, long memoryBytes, String engine) {
    this(slots, gpus, memoryBytes, engine, "");
  }
}
