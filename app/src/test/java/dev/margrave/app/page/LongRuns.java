package dev.margrave.app.page;

import dev.margrave.app.Samples;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An experiment of {@value #RUNS} runs that have {@value #POINTS} points and get more. */
final class LongRuns {
  static final int RUNS = 20;
  static final int POINTS = 10_000;

  private final ShownOrchestrator rig;

  LongRuns(ShownOrchestrator rig) {
    this.rig = rig;
    for (long seed = 0; seed < RUNS; seed++) {
      StageKey.ArmRun run = run(seed);
      List<MarginRow> curve = new ArrayList<>();
      for (int step = 1; step <= POINTS; step++) {
        curve.add(new MarginRow(run, point(seed, step)));
      }
      rig.curves.put(run, curve);
    }
    stand(POINTS);
  }

  /** Each run is measured at that step. */
  void measure(int step) {
    for (long seed = 0; seed < RUNS; seed++) {
      MarginPoint point = point(seed, step);
      rig.happen(
          Optional.of(run(seed)),
          "stage-evaluated",
          "measured",
          String.format(
              Locale.ROOT,
              "{\"step\":%d,\"epoch\":%f,\"marginNats\":%f}",
              step,
              point.epoch(),
              point.marginNats()));
    }
    stand(step);
  }

  private void stand(int step) {
    List<StageView> stages = new ArrayList<>();
    for (long seed = 0; seed < RUNS; seed++) {
      Evaluation evaluation = Samples.evaluation(step / 100.0, point(seed, step).marginNats());
      stages.add(Samples.done(new StageKey.TeacherSearch(seed), Samples.teacher()));
      stages.add(Samples.running(run(seed), 200, Optional.of(evaluation)));
    }
    rig.stages = stages;
  }

  private static StageKey.ArmRun run(long seed) {
    return new StageKey.ArmRun(Arm.FULL, seed, seed);
  }

  private static MarginPoint point(long seed, int step) {
    double margin =
        0.6 - 1.1 * Math.exp(-step / 1500.0) + 0.08 * Math.sin(step * 0.7 + seed) + 0.02 * seed;
    return new MarginPoint(step, step / 100.0, 1, 100, margin, margin + 0.1, 0.01, 40);
  }
}
