package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a stage asks of a slot, and how many slots its experiment may hold.
 *
 * @param gpus per stage, ≥ 0
 * @param priority higher goes first
 * @param maxAttempts tries at one stage before it counts as failed, ≥ 1
 * @param maxParallel stages of the experiment at once; 0: as many as there are slots
 * @param memoryBytes per stage; 0: does not say
 * @param engine that trains; empty: any
 * @param computeCapability the least of its GPUs, as {@code 8.0}; empty: any
 */
public record ResourceSpec(
    int gpus,
    int priority,
    int maxAttempts,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int maxParallel,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long memoryBytes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String engine,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String computeCapability) {

  /** Without a limit, and without a word on memory, engine and generation of GPUs. */
  public ResourceSpec(int gpus, int priority, int maxAttempts) {
    this(gpus, priority, maxAttempts, 0, 0);
  }

  /** Without a word on engine and generation of GPUs. */
  public ResourceSpec(int gpus, int priority, int maxAttempts, int maxParallel, long memoryBytes) {
    this(gpus, priority, maxAttempts, maxParallel, memoryBytes, "", "");
  }

  /** From a journal: the last ones are absent where they say nothing. */
  @JsonCreator
  private ResourceSpec(
      @JsonProperty("gpus") int gpus,
      @JsonProperty("priority") int priority,
      @JsonProperty("maxAttempts") int maxAttempts,
      @JsonProperty("maxParallel") Integer maxParallel,
      @JsonProperty("memoryBytes") Long memoryBytes,
      @JsonProperty("engine") String engine,
      @JsonProperty("computeCapability") String computeCapability) {
    this(
        gpus,
        priority,
        maxAttempts,
        maxParallel == null ? 0 : (int) maxParallel,
        memoryBytes == null ? 0L : (long) memoryBytes,
        engine == null ? "" : engine,
        computeCapability == null ? "" : computeCapability);
  }
}
