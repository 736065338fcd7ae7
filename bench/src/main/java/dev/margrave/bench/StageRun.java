package dev.margrave.bench;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Many empty stages, from their submission until their experiments are over, on one orchestrator
 * and one worker with Artery between them. Both are up, and have run the stages of one seed.
 *
 * @param slots stages at once
 * @param length of each stage
 * @param perExperiment stages of one experiment at most
 * @param overrides settings that differ from the product's
 */
record StageRun(int slots, Duration length, int perExperiment, String overrides) {
  /** teacher, full, ablation, rescue, drift. */
  private static final List<Arm> ARMS = List.of(Arm.FULL, Arm.ABLATION, Arm.RESCUE, Arm.DRIFT);

  /** Of one seed. */
  static final int STAGES_PER_SEED = 1 + ARMS.size();

  /** What was measured; {@code heap} is what is in use after a collection, at the end. */
  record Measured(int stages, double seconds, long heapBytes) {}

  /** A whole number of seeds is run. */
  Measured run(int stages) throws Exception {
    Path directory = Files.createTempDirectory("margrave-bench");
    EmptyLauncher launcher = new EmptyLauncher(length);
    try (BenchCluster cluster = BenchCluster.start(directory, slots, launcher, overrides)) {
      while (cluster.orchestrator().service().workers().toCompletableFuture().join().isEmpty()) {
        Thread.sleep(100);
      }
      // A new scheduler first hears who is there.
      submit(cluster, "warm", 1);
      awaitEnd(cluster, new ExperimentId("warm", 1));
      int before = launcher.ended();
      long began = System.nanoTime();
      int left = stages / STAGES_PER_SEED;
      List<ExperimentId> experiments = new ArrayList<>();
      while (left > 0) {
        int seeds = Math.min(left, perExperiment / STAGES_PER_SEED);
        String name = "empty-" + experiments.size();
        submit(cluster, name, seeds);
        experiments.add(new ExperimentId(name, 1));
        left -= seeds;
      }
      int count = stages / STAGES_PER_SEED * STAGES_PER_SEED;
      while (launcher.ended() - before < count) {
        Thread.sleep(5);
      }
      for (ExperimentId experiment : experiments) {
        awaitEnd(cluster, experiment);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.gc();
      return new Measured(
          count, seconds, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    } finally {
      launcher.close();
      Folders.delete(directory);
    }
  }

  private static void submit(BenchCluster cluster, String name, int seeds) {
    var spec = Fixtures.spec(name, LongStream.range(0, seeds).boxed().toList(), ARMS);
    cluster.orchestrator().service().submit(spec, false).toCompletableFuture().join();
  }

  private static void awaitEnd(BenchCluster cluster, ExperimentId experiment)
      throws InterruptedException {
    while (view(cluster, experiment).status() != ExperimentView.Status.FINISHED) {
      Thread.sleep(5);
    }
  }

  private static ExperimentView view(BenchCluster cluster, ExperimentId experiment) {
    return cluster
        .orchestrator()
        .service()
        .view(experiment)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }
}
