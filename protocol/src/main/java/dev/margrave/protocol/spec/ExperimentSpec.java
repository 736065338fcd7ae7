package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.margrave.protocol.Arm;
import java.util.List;
import java.util.Optional;

/**
 * What an experiment file says, defaults filled in and checked.
 *
 * @param name see {@link dev.margrave.protocol.ExperimentId#isName}
 * @param seeds of the trainings, each ≥ 0, distinct
 * @param arms in the order given; with every arm that one of them starts from
 * @param trainer a program that trains the arms; empty: the worker's engine does
 * @param baselines empty when none of the arms is one, whatever is given
 */
public record ExperimentSpec(
    String name,
    DatasetSpec dataset,
    List<Long> seeds,
    TeacherSpec teacher,
    VaeSpec vae,
    AlignmentSpec alignment,
    TrainingSpec training,
    CollapseSpec collapse,
    RescueSpec rescue,
    List<Arm> arms,
    ResourceSpec resources,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<TrainerSpec> trainer,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<BaselinesSpec> baselines) {

  public ExperimentSpec {
    seeds = List.copyOf(seeds);
    arms = List.copyOf(arms);
    trainer = trainer == null ? Optional.empty() : trainer;
    // Absent from journals of experiments without one; what no arm reads is not part of a spec.
    baselines =
        baselines != null && arms.stream().anyMatch(Arm::isBaseline) ? baselines : Optional.empty();
  }

  /** Of the worker's engine. */
  public ExperimentSpec(
      String name,
      DatasetSpec dataset,
      List<Long> seeds,
      TeacherSpec teacher,
      VaeSpec vae,
      AlignmentSpec alignment,
      TrainingSpec training,
      CollapseSpec collapse,
      RescueSpec rescue,
      List<Arm> arms,
      ResourceSpec resources,
      Optional<BaselinesSpec> baselines) {
    this(
        name,
        dataset,
        seeds,
        teacher,
        vae,
        alignment,
        training,
        collapse,
        rescue,
        arms,
        resources,
        Optional.empty(),
        baselines);
  }

  /** Without baselines. */
  public ExperimentSpec(
      String name,
      DatasetSpec dataset,
      List<Long> seeds,
      TeacherSpec teacher,
      VaeSpec vae,
      AlignmentSpec alignment,
      TrainingSpec training,
      CollapseSpec collapse,
      RescueSpec rescue,
      List<Arm> arms,
      ResourceSpec resources) {
    this(
        name,
        dataset,
        seeds,
        teacher,
        vae,
        alignment,
        training,
        collapse,
        rescue,
        arms,
        resources,
        Optional.empty());
  }

  /** The same with other seeds. */
  public ExperimentSpec withSeeds(List<Long> others) {
    return new ExperimentSpec(
        name, dataset, others, teacher, vae, alignment, training, collapse, rescue, arms, resources,
        trainer, baselines);
  }
}
