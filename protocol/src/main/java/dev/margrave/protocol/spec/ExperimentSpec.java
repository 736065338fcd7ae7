package dev.margrave.protocol.spec;

import dev.margrave.protocol.Arm;
import java.util.List;

/**
 * What an experiment file says, defaults filled in and checked.
 *
 * @param name see {@link dev.margrave.protocol.ExperimentId#isName}
 * @param seeds of the trainings, each ≥ 0, distinct
 * @param arms in the order given; with every arm that one of them starts from
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
    ResourceSpec resources) {

  public ExperimentSpec {
    seeds = List.copyOf(seeds);
    arms = List.copyOf(arms);
  }

  /** The same with other seeds. */
  public ExperimentSpec withSeeds(List<Long> others) {
    return new ExperimentSpec(
        name, dataset, others, teacher, vae, alignment, training, collapse, rescue, arms,
        resources);
  }
}
