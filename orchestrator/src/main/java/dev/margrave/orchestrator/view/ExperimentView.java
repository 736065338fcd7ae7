package dev.margrave.orchestrator.view;

import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.WireMessage;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot of an experiment. Each one replaces the one before; under load some are left out, the
 * last one never is.
 *
 * @param status where the experiment stands
 * @param problem why it broke, in one sentence; empty unless {@link Status#BROKEN}
 * @param stages all of them, in the order in which they would like to run
 * @param gates those already decided
 * @param results once every stage is over
 */
public record ExperimentView(
    ExperimentId experiment,
    Status status,
    Optional<String> problem,
    List<StageView> stages,
    List<Gate> gates,
    Optional<ExperimentResults> results)
    implements WireMessage {

  /** Where an experiment stands. */
  public enum Status {
    /** Stages run or wait. */
    RUNNING,
    /** Nothing runs or starts until it is resumed. */
    PAUSED,
    /** Stopped by a user until it is retried; what completed before stays. */
    CANCELLED,
    /** Every stage is over; the results are there. */
    FINISHED,
    /** It cannot go on in this process, for instance because the journal's disk is full. */
    BROKEN
  }

  public ExperimentView {
    stages = List.copyOf(stages);
    gates = List.copyOf(gates);
  }
}
