package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.experiment.ExperimentState.Mode;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.Results;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.orchestrator.view.Views;
import dev.margrave.protocol.StageKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** An experiment's state as a user sees it, as far as the experiment itself knows. Pure. */
final class CourseViews {
  private CourseViews() {}

  static ExperimentView.Status status(Active state) {
    if (state.mode() == Mode.CANCELLED) {
      return ExperimentView.Status.CANCELLED;
    }
    if (state.finished()) {
      return ExperimentView.Status.FINISHED;
    }
    return state.mode() == Mode.PAUSED
        ? ExperimentView.Status.PAUSED
        : ExperimentView.Status.RUNNING;
  }

  /**
   * One stage.
   *
   * @param held why it is not asked for although it could run; empty when it is
   */
  static StageView of(StageKey stage, Course course, String held) {
    Optional<StageEnding> ending = course.ending(stage);
    if (ending.isPresent()) {
      return ended(ending.get());
    }
    Optional<String> blocked = course.blocked(stage);
    if (blocked.isPresent()) {
      return StageView.pending(stage, StageStatus.BLOCKED, blocked.get());
    }
    if (course.ready().contains(stage)) {
      return StageView.pending(stage, StageStatus.WAITING, held);
    }
    if (course.closing().contains(stage)) {
      return StageView.pending(stage, StageStatus.WAITING, "is told that it was cancelled before");
    }
    String needs =
        course.plan().requirements(stage).stream()
            .filter(need -> course.ending(need).isEmpty())
            .map(StageKey::text)
            .reduce((first, second) -> first + " and " + second)
            .orElse("");
    return StageView.pending(stage, StageStatus.PENDING, "waits for " + needs);
  }

  /** All of it. */
  static Views.Shown all(Course course, Function<StageKey, String> held, Active state) {
    Map<StageKey, Gate> gates = new HashMap<>();
    for (StageKey stage : course.plan().stages()) {
      course.gate(stage, state).ifPresent(gate -> gates.put(stage, gate));
    }
    return new Views.Shown(
        status(state),
        course.plan().stages().stream().map(stage -> of(stage, course, held.apply(stage))).toList(),
        Results.inOrder(state.spec()),
        gates,
        course.finalResults(state));
  }

  /** What is different of some stages. */
  static Views.Moved moved(
      List<StageKey> stages, Course course, Function<StageKey, String> held, Active state) {
    Map<StageKey, Gate> gates = new HashMap<>();
    for (StageKey stage : stages) {
      course.gate(stage, state).ifPresent(gate -> gates.put(stage, gate));
    }
    return new Views.Moved(
        status(state),
        stages.stream().map(stage -> of(stage, course, held.apply(stage))).toList(),
        gates,
        course.finalResults(state));
  }

  private static StageView ended(StageEnding ending) {
    return new StageView(
        ending.stage(),
        ending.completed() ? StageStatus.COMPLETED : StageStatus.FAILED,
        ending.failure().orElse(""),
        ending.attempts(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ending.result(),
        ending.automaticRescues());
  }
}
