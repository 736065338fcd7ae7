package dev.margrave.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much longer stages of one second take than their slots would need without any scheduling,
 * beside tasks of db-scheduler and jobs of JobRunr that last as long: {@code stages [stages=1000]
 * [slots=16] [milliseconds=1000] [rounds=3] [connections=10]}.
 *
 * <p>From when they are submitted until the end of the last is recorded. Stages wait for each
 * other, as those of an experiment do; tasks and jobs for nothing but a thread.
 */
final class Stages {
  private Stages() {}

  static void run(List<String> arguments) throws Exception {
    measure(arguments);
  }

  /** In percent over ideal. */
  static Comparison measure(List<String> arguments) throws Exception {
    int stages =
        Bench.number(arguments, "stages", 1000)
            / StageRun.STAGES_PER_SEED
            * StageRun.STAGES_PER_SEED;
    int slots = Bench.number(arguments, "slots", 16);
    int connections = Bench.number(arguments, "connections", 10);
    Duration length = Duration.ofMillis(Bench.number(arguments, "milliseconds", 1000));
    double ideal = Math.ceil((double) stages / slots) * length.toMillis() / 1e3;
    try (BenchPostgres server = BenchPostgres.start()) {
      return new Comparison(
              String.format(
                  java.util.Locale.ROOT,
                  "%d stages of %d ms on %d slots, ideal %.1f s",
                  stages,
                  length.toMillis(),
                  slots,
                  ideal),
              "percent over ideal")
          .add(
              "margrave-postgresql",
              () -> over(ideal, margrave(stages, slots, length, server.database(), connections)))
          .add("margrave-h2", () -> over(ideal, margrave(stages, slots, length, "", connections)))
          .add(
              "db-scheduler",
              () ->
                  over(
                      ideal,
                      DbSchedulerPeer.stages(
                          server.database(), stages, slots, length, connections)))
          .add(
              "jobrunr",
              () ->
                  over(
                      ideal,
                      JobRunrPeer.stages(server.database(), stages, slots, length, connections)))
          .run(Bench.number(arguments, "rounds", 3));
    }
  }

  private static double over(double ideal, double seconds) {
    return 100 * (seconds / ideal - 1);
  }

  private static double margrave(
      int stages, int slots, Duration length, String url, int connections) throws Exception {
    String overrides = url.isEmpty() ? "" : SupervisorSite.server(url, connections);
    return new StageRun(slots, length, stages, overrides).run(stages).seconds();
  }
}
