package dev.margrave.bench;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How much longer many stages of one second take than their slots would need without any
 * scheduling: {@code empty-stages [stages=10000] [slots=16] [milliseconds=1000]}. One orchestrator
 * with its H2 journal, one worker, Artery between them.
 */
final class EmptyStages {
  /** teacher, full, ablation, rescue, drift. */
  private static final List<Arm> ARMS = List.of(Arm.FULL, Arm.ABLATION, Arm.RESCUE, Arm.DRIFT);

  private EmptyStages() {}

  static void run(List<String> arguments) throws Exception {
    int stages = Bench.number(arguments, "stages", 10_000);
    int slots = Bench.number(arguments, "slots", 16);
    Duration length = Duration.ofMillis(Bench.number(arguments, "milliseconds", 1000));
    int seeds = stages / (1 + ARMS.size());
    int count = seeds * (1 + ARMS.size());
    Path directory = Files.createTempDirectory("margrave-bench");
    EmptyLauncher launcher = new EmptyLauncher(length);
    Bench.say("%d stages of %d ms on %d slots", count, length.toMillis(), slots);
    try (BenchCluster cluster = BenchCluster.start(directory, slots, launcher)) {
      awaitWorker(cluster);
      ExperimentSpec spec =
          Fixtures.spec("empty", LongStream.range(0, seeds).boxed().toList(), ARMS);
      long began = System.nanoTime();
      cluster.orchestrator().service().submit(spec, false).toCompletableFuture().join();
      long firstHeap = follow(cluster, launcher, count, slots, length, began);
      double seconds = (System.nanoTime() - began) / 1e9;
      double ideal = Math.ceil((double) count / slots) * length.toMillis() / 1e3;
      Bench.say(
          "%d stages: %.1f s, ideal %.1f s, overhead %.2f %%; heap in use after a collection %d MB"
              + " at a tenth, %d MB at the end",
          count, seconds, ideal, 100 * (seconds / ideal - 1), firstHeap >> 20, heapBytes() >> 20);
    }
  }

  private static void awaitWorker(BenchCluster cluster) throws InterruptedException {
    while (cluster.orchestrator().service().workers().toCompletableFuture().join().isEmpty()) {
      Thread.sleep(100);
    }
  }

  /** Until the experiment is over; returns the heap in use when a tenth was done. */
  private static long follow(
      BenchCluster cluster,
      EmptyLauncher launcher,
      int count,
      int slots,
      Duration length,
      long began)
      throws InterruptedException {
    long heapAtTenth = 0;
    int tenth = 0;
    while (launcher.ended() < count) {
      Thread.sleep(10);
      int now = 10 * launcher.ended() / count;
      if (now > tenth) {
        tenth = now;
        if (tenth == 1) {
          heapAtTenth = heapBytes();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double ideal = (double) launcher.ended() / slots * length.toMillis() / 1e3;
        Bench.say(
            "  %6d ended after %.1f s, %.2f %% over ideal",
            launcher.ended(), seconds, 100 * (seconds / ideal - 1));
      }
    }
    while (status(cluster) != ExperimentView.Status.FINISHED) {
      Thread.sleep(10);
    }
    return heapAtTenth;
  }

  private static ExperimentView.Status status(BenchCluster cluster) {
    return cluster
        .orchestrator()
        .service()
        .view(new ExperimentId("empty", 1))
        .toCompletableFuture()
        .join()
        .orElseThrow()
        .status();
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
