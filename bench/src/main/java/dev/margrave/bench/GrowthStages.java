package dev.margrave.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the cost of stages grows with their number, from ten to the largest, ten times as many at
 * each step: {@code growth-stages [largest=100000] [slots=16] [milliseconds=1] [per=10000]
 * [postgresql=0] [connections=10]}. A warm-up goes before; each size has a cluster and a journal of
 * its own.
 *
 * <p>The product allows 10,000 stages of an experiment: more stages are more experiments, all
 * submitted at the beginning. With a larger {@code per} that limit is raised.
 */
final class GrowthStages {
  private static final int SMALLEST = 10;
  private static final int WARM_UP = 1000;

  private GrowthStages() {}

  static void run(List<String> arguments) throws Exception {
    measure(arguments);
  }

  /** A line for each size. */
  static List<StageRun.Measured> measure(List<String> arguments) throws Exception {
    int largest = Bench.number(arguments, "largest", 100_000);
    int per = Bench.number(arguments, "per", 10_000);
    int connections = Bench.number(arguments, "connections", 10);
    boolean postgresql = Bench.number(arguments, "postgresql", 0) == 1;
    List<StageRun.Measured> all = new ArrayList<>();
    try (BenchPostgres server = postgresql ? BenchPostgres.start() : null) {
      Bench.say(
          "%9s %10s %14s %10s %16s",
          "stages", "seconds", "ms a stage", "heap, MB", "exponent so far");
      for (int stages = 0; stages <= largest; stages = Math.max(SMALLEST, 10 * stages)) {
        StageRun run =
            new StageRun(
                Bench.number(arguments, "slots", 16),
                Duration.ofMillis(Bench.number(arguments, "milliseconds", 1)),
                per,
                "margrave.orchestrator.maximum-stages = "
                    + Math.max(per, 10_000)
                    + "\n"
                    + (server == null
                        ? ""
                        : SupervisorSite.server(server.database(), connections)));
        if (stages == 0) {
          run.run(Math.min(WARM_UP, largest));
          continue;
        }
        StageRun.Measured measured = run.run(stages);
        all.add(measured);
        Bench.say(
            "%9d %10.2f %14.3f %10d %16.3f",
            measured.stages(),
            measured.seconds(),
            1e3 * measured.seconds() / measured.stages(),
            measured.heapBytes() >> 20,
            Growth.exponent(
                all.stream().map(one -> new Growth.Point(one.stages(), one.seconds())).toList()));
      }
    }
    return all;
  }
}
