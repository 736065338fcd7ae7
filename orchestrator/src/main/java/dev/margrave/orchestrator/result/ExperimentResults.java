package dev.margrave.orchestrator.result;

import dev.margrave.protocol.ExperimentId;
import java.util.List;
import java.util.Optional;

/**
 * What an experiment found, complete or not.
 *
 * @param dataset name of the data set
 * @param specHash SHA-256 of the canonical spec
 * @param dataHash SHA-256 of the images used; empty when no teacher search completed
 * @param overall the worst of the gates, see {@link GateOutcome}
 * @param gates per cell, in the order of the arms
 * @param teachers in the order of the seeds
 * @param arms per cell, seeds in their order, within a seed the arms in theirs
 * @param summaries per arm, across its cells
 */
public record ExperimentResults(
    ExperimentId experiment,
    String dataset,
    String specHash,
    Optional<String> dataHash,
    GateOutcome overall,
    List<Gate> gates,
    List<TeacherRow> teachers,
    List<ArmRow> arms,
    List<ArmSummary> summaries) {

  public ExperimentResults {
    gates = List.copyOf(gates);
    teachers = List.copyOf(teachers);
    arms = List.copyOf(arms);
    summaries = List.copyOf(summaries);
  }

  /** Whether every stage completed, whatever its verdict. */
  public boolean complete() {
    return teachers.stream().allMatch(row -> row.result().isPresent())
        && arms.stream().allMatch(row -> row.result().isPresent());
  }
}
