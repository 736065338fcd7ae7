package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Needs;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Stages, wants and workers for tests of the scheduler. */
final class Asks {
  static final long GIB = 1L << 30;

  static final SchedulerSettings SETTINGS =
      new SchedulerSettings(
          100_000,
          Duration.ofMillis(20),
          Duration.ZERO,
          Duration.ofSeconds(6),
          Duration.ofMinutes(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          3,
          Duration.ofMinutes(10));

  private Asks() {}

  /** The same, that hears first for so long, and remembers so many that wait. */
  static SchedulerSettings listening(Duration listen, int maximumQueue) {
    return new SchedulerSettings(
        maximumQueue,
        SETTINGS.settle(),
        listen,
        SETTINGS.unreachableAfter(),
        SETTINGS.forgetAfter(),
        SETTINGS.reservationGrace(),
        SETTINGS.patience(),
        SETTINGS.excludeAfter(),
        SETTINGS.excludeFor());
  }

  /** {@code a/7} is the seventh stage of experiment {@code a}. */
  static StageId stage(String text) {
    String[] parts = text.split("/", -1);
    return new StageId(new ExperimentId(parts[0], 1), StageKey.parse("full-" + parts[1]));
  }

  static AttemptId attempt(String stage) {
    return new AttemptId(stage(stage), 1);
  }

  static List<AttemptId> attempts(String... stages) {
    return Arrays.stream(stages).map(Asks::attempt).toList();
  }

  static Want want(String stage) {
    return want(stage, 0, 0);
  }

  static Want want(String stage, int priority, int rank) {
    return new Want(stage(stage), new Demand(Needs.SLOT, Set.of()), priority, rank);
  }

  static Want gpus(String stage, int gpus) {
    return new Want(stage(stage), new Demand(new Needs(gpus, 0), Set.of()), 0, 0);
  }

  static Want avoiding(String stage, String... workers) {
    return new Want(stage(stage), new Demand(Needs.SLOT, Set.of(workers)), 0, 0);
  }

  static Capabilities slots(int slots) {
    return new Capabilities(slots, 0, 8 * GIB, "nd4j");
  }

  static Capabilities slots(int slots, int gpus) {
    return new Capabilities(slots, gpus, 8 * GIB, "nd4j");
  }
}
