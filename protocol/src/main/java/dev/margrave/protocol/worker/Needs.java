package dev.margrave.protocol.worker;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.ResourceSpec;

/**
 * What a stage asks of a worker besides a slot.
 *
 * @param gpus ≥ 0
 * @param memoryBytes 0: does not say
 * @param engine that must train there; empty: any
 * @param computeCapability the least of its GPUs, as {@code 8.0}; empty: any
 */
public record Needs(
    int gpus,
    long memoryBytes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String engine,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String computeCapability) {

  /** A slot, and nothing else. */
  public static final Needs SLOT = new Needs(0, 0);

  /** What trains in other precisions than the single one. */
  private static final String OF_OTHER_PRECISIONS = "libtorch";

  public Needs {
    // Absent from what supervisors of before them ask.
    engine = engine == null ? "" : engine;
    computeCapability = computeCapability == null ? "" : computeCapability;
  }

  /** Of any engine and GPU. */
  public Needs(int gpus, long memoryBytes) {
    this(gpus, memoryBytes, "", "");
  }

  /** Of each stage of an experiment. */
  public static Needs of(ExperimentSpec experiment) {
    ResourceSpec resources = experiment.resources();
    return new Needs(
        resources.gpus(),
        resources.memoryBytes(),
        resources.engine().isEmpty() && experiment.training().precision().isPresent()
            ? OF_OTHER_PRECISIONS
            : resources.engine(),
        resources.computeCapability());
  }
}
