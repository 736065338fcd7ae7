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
 */
public record ResourceSpec(
    int gpus,
    int priority,
    int maxAttempts,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int maxParallel,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long memoryBytes) {

  /** Without a limit, and without a word on memory. */
  public ResourceSpec(int gpus, int priority, int maxAttempts) {
    this(gpus, priority, maxAttempts, 0, 0);
  }

  /** From a journal: the last two are absent where they say nothing. */
  @JsonCreator
  private ResourceSpec(
      @JsonProperty("gpus") int gpus,
      @JsonProperty("priority") int priority,
      @JsonProperty("maxAttempts") int maxAttempts,
      @JsonProperty("maxParallel") Integer maxParallel,
      @JsonProperty("memoryBytes") Long memoryBytes) {
    this(
        gpus,
        priority,
        maxAttempts,
        maxParallel == null ? 0 : (int) maxParallel,
        memoryBytes == null ? 0L : (long) memoryBytes);
  }
}
