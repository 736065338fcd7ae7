package dev.margrave.bench;

import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.MetricsSettings;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.metrics.StageMeters;
import dev.margrave.orchestrator.stage.StageInstruments.Standing;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.Evaluation;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a scrape costs with many stages: {@code scrape [experiments=100] [arms=20] [seeds=10]
 * [maximum-series=200000] [scrapes=20]}.
 */
final class Scrape {
  private static final long OTHER_TEACHER = 1000;

  private Scrape() {}

  static void run(List<String> arguments) {
    int experiments = Bench.number(arguments, "experiments", 100);
    int arms = Bench.number(arguments, "arms", 20);
    int seeds = Bench.number(arguments, "seeds", 10);
    int maximum = Bench.number(arguments, "maximum-series", 200_000);
    int scrapes = Bench.number(arguments, "scrapes", 20);
    MetricsRegistry registry =
        new MetricsRegistry(new MetricsSettings(Duration.ofHours(1), maximum), Clock.systemUTC());
    registry.describeProcess("bench");
    StageMeters meters = new StageMeters(registry, System::nanoTime);
    long began = System.nanoTime();
    for (int experiment = 0; experiment < experiments; experiment++) {
      for (int arm = 0; arm < arms; arm++) {
        for (int seed = 0; seed < seeds; seed++) {
          StageId stage = stage(experiment, arm, seed);
          meters.stands(stage, standing(stage));
        }
      }
    }
    Bench.say(
        "%d stages of %d experiments told in %.0f ms",
        experiments * arms * seeds, experiments, (System.nanoTime() - began) / 1e6);
    String text = new String(registry.scrape("").body(), java.nio.charset.StandardCharsets.UTF_8);
    text.lines()
        .filter(line -> line.startsWith("margrave_metrics_"))
        .forEach(line -> Bench.say("  %s", line));
    for (String format : List.of(MetricsRegistry.TEXT, MetricsRegistry.OPEN_METRICS)) {
      double[] milliseconds = new double[scrapes];
      int bytes = 0;
      for (int i = 0; i < scrapes; i++) {
        long start = System.nanoTime();
        bytes = registry.scrape(format).body().length;
        milliseconds[i] = (System.nanoTime() - start) / 1e6;
      }
      double first = milliseconds[0];
      Arrays.sort(milliseconds);
      Bench.say(
          "%s: %.1f MB; first %.0f ms, median %.0f ms, worst %.0f ms of %d scrapes",
          format.substring(0, format.indexOf(';')),
          bytes / 1e6,
          first,
          milliseconds[scrapes / 2],
          milliseconds[scrapes - 1],
          scrapes);
    }
    registry.close();
  }

  /** There are six arms: more of them are the same against other teachers. */
  private static StageId stage(int experiment, int arm, long seed) {
    List<Arm> known = Fixtures.ALL_ARMS;
    return new StageId(
        new ExperimentId("experiment-" + experiment, 1),
        new StageKey.ArmRun(
            known.get(arm % known.size()), seed, seed + arm / known.size() * OTHER_TEACHER));
  }

  private static Standing standing(StageId stage) {
    Evaluation evaluation = Fixtures.evaluation(12, 1 / (7.0 + stage.hashCode() % 5));
    return new Standing(
        "cifar100",
        new StageView(
            stage.key(),
            StageStatus.RUNNING,
            "",
            1,
            Optional.of("w1"),
            Optional.of(new StageProgress("training", 3, 7, 1.5, 100)),
            Optional.of(evaluation),
            Optional.empty(),
            Optional.empty(),
            0),
        OptionalLong.of(96));
  }
}
