package dev.margrave.app.display;

import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageKey;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Estimates how long stages still take from how fast they went so far. One thread. */
final class Pace {
  /** Before that many seconds a stage's own pace says little: its first steps are slow. */
  private static final double SETTLED_SECONDS = 3;

  /** Where a stage was when it was first seen in its present phase of work. */
  private record Mark(int attempt, long total, long done, double seconds) {}

  private final Map<StageKey, Mark> marks = new HashMap<>();
  private final Map<StageKey, Double> startedSeconds = new HashMap<>();
  private double armSeconds;
  private int arms;

  /** Takes notice of a snapshot that was made at {@code seconds} of the run. */
  void note(ExperimentView view, double seconds) {
    for (StageView stage : view.stages()) {
      if (stage.status() == StageStatus.RUNNING) {
        startedSeconds.putIfAbsent(stage.stage(), seconds);
        stage.progress().ifPresent(progress -> mark(stage, progress, seconds));
      } else {
        Double started = startedSeconds.remove(stage.stage());
        if (started != null
            && stage.status() == StageStatus.COMPLETED
            && stage.stage() instanceof StageKey.ArmRun) {
          armSeconds += seconds - started;
          arms++;
        }
      }
    }
  }

  private void mark(StageView stage, StageProgress progress, double seconds) {
    Mark mark = marks.get(stage.stage());
    if (mark == null
        || mark.attempt() != stage.attempt()
        || mark.total() != progress.total()
        || mark.done() > progress.done()) {
      marks.put(
          stage.stage(), new Mark(stage.attempt(), progress.total(), progress.done(), seconds));
    }
  }

  /** Seconds until a running stage ends; empty while nothing is known. */
  OptionalDouble secondsLeft(StageView stage, double seconds) {
    Mark mark = marks.get(stage.stage());
    if (mark == null || stage.progress().isEmpty() || stage.status() != StageStatus.RUNNING) {
      return OptionalDouble.empty();
    }
    StageProgress progress = stage.progress().get();
    double passed = seconds - mark.seconds();
    long done = progress.done() - mark.done();
    if (passed < SETTLED_SECONDS || done <= 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(passed / done * Math.max(0, progress.total() - progress.done()));
  }

  /** Seconds until the experiment ends, roughly; empty while nothing is known. */
  OptionalDouble secondsLeft(ExperimentView view, double seconds) {
    double sum = armSeconds;
    int known = arms;
    double left = 0;
    int unknown = 0;
    int running = 0;
    for (StageView stage : view.stages()) {
      OptionalDouble own = secondsLeft(stage, seconds);
      running += stage.status() == StageStatus.RUNNING ? 1 : 0;
      left += own.orElse(0);
      unknown += own.isEmpty() && !stage.status().over() ? 1 : 0;
      if (own.isPresent() && stage.stage() instanceof StageKey.ArmRun) {
        sum += seconds - startedSeconds.get(stage.stage()) + own.getAsDouble();
        known++;
      }
    }
    // A stage of which nothing is known takes what the others take.
    return known == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((left + unknown * sum / known) / Math.max(1, running));
  }
}
