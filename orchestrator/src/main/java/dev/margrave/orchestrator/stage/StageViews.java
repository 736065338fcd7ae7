package dev.margrave.orchestrator.stage;

import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageState.Over;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageState.Unplanned;
import dev.margrave.orchestrator.stage.StageState.Waiting;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.AutomaticRescueSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** A stage's state as a user sees it. Pure. */
final class StageViews {
  private StageViews() {}

  static StageView of(
      StageKey stage, StageState state, String waitingFor, Optional<StageProgress> progress) {
    Optional<StageHistory> history = history(state);
    boolean running = state instanceof Running;
    Optional<StageEnding> ending =
        state instanceof Over over ? Optional.of(over.ending()) : Optional.empty();
    return new StageView(
        stage,
        status(state, ending),
        ending
            .map(over -> over.failure().orElse(""))
            .orElseGet(() -> reason(running ? "" : waitingFor, history)),
        history.map(StageHistory::attempt).orElse(0),
        state instanceof Running run ? Optional.of(run.worker()) : Optional.empty(),
        running ? progress : Optional.empty(),
        history.flatMap(known -> known.measured().evaluation()),
        history.flatMap(known -> known.measured().guard()),
        ending.flatMap(StageEnding::result),
        history.map(known -> known.watch().rescues().size()).orElse(0));
  }

  /** A rescue that nobody asked for is said wherever the stage is not over. */
  private static String reason(String waitingFor, Optional<StageHistory> history) {
    String rescue = history.map(StageViews::rescue).orElse("");
    return waitingFor.isEmpty() || rescue.isEmpty()
        ? waitingFor + rescue
        : waitingFor + "; " + rescue;
  }

  /** The latest automatic rescue: {@code rescue 1 of 2 from step 120}; empty without one. */
  static String rescue(StageHistory history) {
    AutomaticRescueSpec automatic = history.spec().experiment().rescue().automatic();
    MarginWatch watch = history.watch();
    return watch
        .latest()
        .map(
            rescue ->
                "rescue %d of %d from step %d%s"
                    .formatted(
                        rescue.number(),
                        automatic.maximum(),
                        rescue.step(),
                        watch.lost(automatic.evaluations()) ? "; the margin is lost again" : ""))
        .orElse("");
  }

  static Optional<StageHistory> history(StageState state) {
    if (state instanceof Waiting waiting) {
      return Optional.of(waiting.history());
    }
    if (state instanceof Running running) {
      return Optional.of(running.history());
    }
    return state instanceof Over over ? Optional.of(over.history()) : Optional.empty();
  }

  private static StageStatus status(StageState state, Optional<StageEnding> ending) {
    if (ending.isPresent()) {
      return ending.get().completed() ? StageStatus.COMPLETED : StageStatus.FAILED;
    }
    if (state instanceof Unplanned) {
      return StageStatus.PENDING;
    }
    return state instanceof Running ? StageStatus.RUNNING : StageStatus.WAITING;
  }

  static StageProgress progress(WorkerProtocol.Progressed report) {
    return new StageProgress(
        report.phase(), report.done(), report.total(), report.epoch(), report.imagesPerSecond());
  }

  static String words(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      return failed.message();
    }
    if (outcome instanceof Outcome.HandedBack) {
      return "it was handed back";
    }
    return outcome instanceof Outcome.Cancelled ? "it was cancelled" : "it is complete";
  }

  /** Seconds with one digit. */
  static String words(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
