package dev.margrave.protocol.worker;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.ResourceSpec;

/**
 * What a stage asks of a worker besides a slot.
 *
 * @param gpus ≥ 0
 * @param memoryBytes 0: does not say
 * @param engine that must train there; empty: any
 * @param external whether it must run the program that the experiment names
 * @param computeCapability the least of its GPUs, as {@code 8.0}; empty: any
 */
public record Needs(
    int gpus,
    long memoryBytes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String engine,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean external,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String computeCapability) {

  /** A slot, and nothing else. */
  public static final Needs SLOT = new Needs(0, 0);

  /** What trains in other precisions than the single one. */
  private static final String OF_OTHER_PRECISIONS = "libtorch";

  /** From a supervisor that may be older: the last ones are absent where they say nothing. */
  @JsonCreator
  private Needs(
      @JsonProperty("gpus") int gpus,
      @JsonProperty("memoryBytes") long memoryBytes,
      @JsonProperty("engine") String engine,
      @JsonProperty("external") Boolean external,
      @JsonProperty("computeCapability") String computeCapability) {
    this(
        gpus,
        memoryBytes,
        engine == null ? "" : engine,
        external != null && external,
        computeCapability == null ? "" : computeCapability);
  }

  /** Of any engine and GPU. */
  public Needs(int gpus, long memoryBytes) {
    this(gpus, memoryBytes, "", false, "");
  }

  /** Of a stage of an experiment. */
  public static Needs of(ExperimentSpec experiment, StageKey stage) {
    return stage instanceof StageKey.ArmRun ? ofArms(experiment) : ofTeachers(experiment);
  }

  /** Of each of its arms. */
  public static Needs ofArms(ExperimentSpec experiment) {
    boolean external = experiment.trainer().isPresent();
    Needs needs = ofTeachers(experiment);
    boolean another = experiment.training().precision().isPresent() && !external;
    return new Needs(
        experiment.resources().gpus(),
        needs.memoryBytes(),
        needs.engine().isEmpty() && another ? OF_OTHER_PRECISIONS : needs.engine(),
        external,
        experiment.resources().computeCapability());
  }

  private static Needs ofTeachers(ExperimentSpec experiment) {
    ResourceSpec resources = experiment.resources();
    // What a program trains on, the engine that searches its teachers may not have.
    boolean external = experiment.trainer().isPresent();
    return new Needs(
        external ? 0 : resources.gpus(),
        resources.memoryBytes(),
        resources.engine(),
        false,
        external ? "" : resources.computeCapability());
  }
}
