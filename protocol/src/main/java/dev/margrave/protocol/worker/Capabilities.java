package dev.margrave.protocol.worker;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a worker has.
 *
 * @param slots stages at once, ≥ 1
 * @param gpus that its stages may use together, ≥ 0
 * @param memoryBytes that its stages may use together
 * @param engine what trains there: {@code nd4j}, {@code libtorch}
 * @param computeCapability of the oldest of its GPUs, as {@code 8.6}; empty without one, and where
 *     it is not known
 * @param external whether it runs the programs that experiments name
 * @param cpuEngine whether its engine computes on CPUs, so that its GPUs are those programs' alone
 */
public record Capabilities(
    int slots,
    int gpus,
    long memoryBytes,
    String engine,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String computeCapability,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean external,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cpuEngine) {

  /** From a worker that may be older: the last ones are absent where they say nothing. */
  @JsonCreator
  private Capabilities(
      @JsonProperty("slots") int slots,
      @JsonProperty("gpus") int gpus,
      @JsonProperty("memoryBytes") long memoryBytes,
      @JsonProperty("engine") String engine,
      @JsonProperty("computeCapability") String computeCapability,
      @JsonProperty("external") Boolean external,
      @JsonProperty("cpuEngine") Boolean cpuEngine) {
    this(
        slots,
        gpus,
        memoryBytes,
        engine,
        computeCapability == null ? "" : computeCapability,
        external != null && external,
        cpuEngine != null && cpuEngine);
  }

  /** Of GPUs that nobody has asked, without external trainers. */
  public Capabilities(int slots, int gpus, long memoryBytes, String engine) {
    this(slots, gpus, memoryBytes, engine, "", false, false);
  }

  /** GPUs that a stage could use. */
  public int gpusFor(Needs needs) {
    return cpuEngine && !needs.external() ? 0 : gpus;
  }
}
