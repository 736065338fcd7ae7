package dev.margrave.workers.vae;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.workers.stage.StageOrder;
import java.util.Optional;

/**
 * One attempt at one arm, with everything it reads.
 *
 * @param run the arm and its seeds
 * @param train what it learns from
 * @param evaluate what it is judged on
 * @param dataHash of the data set that both splits are of
 */
public record ArmTask(
    StageOrder order, ArmRun run, TaughtSplit train, TaughtSplit evaluate, String dataHash) {

  AttemptId attempt() {
    return order.attempt();
  }

  StageSpec spec() {
    return order.spec();
  }

  Optional<CheckpointRef> resumeFrom() {
    return order.resumeFrom();
  }

  /** The stage's folder in the artefact store. */
  String folder() {
    return order.attempt().stage().text();
  }

  Arm arm() {
    return run.arm();
  }

  ExperimentSpec experiment() {
    return order.spec().experiment();
  }

  ArmSchedule schedule() {
    return new ArmSchedule(arm(), experiment(), train.size());
  }

  Objective objective() {
    return Objective.of(arm(), experiment(), schedule());
  }
}
