package dev.margrave.app.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongPredicate;

/**
 * How long a cluster with default settings takes to recover: processes are killed under two arms
 * that train without end. Run it with {@code bench/run recovery [TRIALS [worker|orchestrator]]}.
 *
 * <p>A stage trains again when its next checkpoint is committed, which is up to one checkpoint
 * interval after it does: the times are upper bounds.
 */
public final class RecoveryBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int CHECKPOINT_EVERY_MS = 500;
  private static final List<String> STAGES = List.of("bench/full-0", "bench/full-1");
  private static final String SPEC =
      """
      experiment {
        name = bench
        dataset { name = shapes, train = 512, evaluate = 64 }
        seeds = [0, 1]
        teacher { components = [4], pca = [8] }
        vae { latent = 8, channels = [8, 16] }
        training {
          epochs = 10000, batch = 32, evaluate-every = 100 epochs, checkpoint-every = %d ms
        }
        arms = [full]
        resources { max-attempts = 100 }
      }
      """
          .formatted(CHECKPOINT_EVERY_MS);

  private final ClusterProcesses cluster;
  private final List<Long> workerMs = new ArrayList<>();
  private final List<Long> orchestratorMs = new ArrayList<>();
  private final List<Long> lostMs = new ArrayList<>();
  private int disturbed;

  private RecoveryBenchmark(ClusterProcesses cluster) {
    this.cluster = cluster;
  }

  /**
   * Runs it.
   *
   * @param arguments trials of each kind, 20 when missing; worker or orchestrator for that kind
   *     only
   */
  public static void main(String[] arguments) throws Exception {
    int trials = arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]);
    String kind = arguments.length < 2 ? "both" : arguments[1];
    long seed = Long.getLong("margrave.test.seed", 1);
    Path folder = Files.createTempDirectory("margrave-recovery");
    System.out.println("load average " + load() + ", seed " + seed + ", logs in " + folder);
    try (ClusterProcesses cluster = ClusterProcesses.start(folder, 2, 3, List.of())) {
      cluster.submit(Files.writeString(folder.resolve("bench.conf"), SPEC));
      new RecoveryBenchmark(cluster).run(trials, kind, new Random(seed));
      cluster.end();
    }
    System.out.println("load average " + load());
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).substring(0, 14);
  }

  private void run(int trials, String kind, Random random) throws Exception {
    // In this order, for stages move after an orchestrator has come back: one fault at a time.
    for (int trial = 0; trial < trials && !kind.equals("orchestrator"); trial++) {
      settle(random);
      killWorker(trial % 2);
    }
    for (int trial = 0; trial < trials && !kind.equals("worker"); trial++) {
      settle(random);
      killOrchestrator(trial % 2);
    }
    print("worker killed to its stage training again", workerMs);
    print("work lost with it", lostMs);
    print("orchestrator killed to progress of both stages", orchestratorMs);
    System.out.println("healthy stages disturbed: " + disturbed);
  }

  /** Both train, all processes are up, and the instant is any. */
  private void settle(Random random) throws Exception {
    ClusterProcesses.await(
        "all are up",
        PATIENCE,
        () -> {
          for (ServiceProcess one : cluster.orchestrators()) {
            if (cluster.members(one).map(members -> members.size() != 2).orElse(true)) {
              return false;
            }
          }
          return cluster.workers().stream().allMatch(one -> one.ready().isPresent());
        });
    long now = System.currentTimeMillis();
    for (String stage : STAGES) {
      committed(stage, at -> at > now);
    }
    Thread.sleep(random.nextInt(2 * CHECKPOINT_EVERY_MS));
  }

  /** When the first checkpoint that is wanted was committed. */
  private long committed(String stage, LongPredicate wanted) throws Exception {
    List<Long> found = new ArrayList<>();
    ClusterProcesses.await(
        stage + " goes on",
        PATIENCE,
        () -> {
          cluster.journal().latest(stage).stream()
              .filter(entry -> entry.is("stage-checkpoint-committed"))
              .map(StageJournal.Entry::writtenAtMs)
              .filter(wanted::test)
              .findFirst()
              .ifPresent(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  private StageJournal.Standing standing(String stage) throws Exception {
    return StageJournal.standing(cluster.journal().latest(stage));
  }

  private void killWorker(int victim) throws Exception {
    StageJournal.Standing before = standing(STAGES.get(victim));
    StageJournal.Standing healthy = standing(STAGES.get(1 - victim));
    long killedAt = System.currentTimeMillis();
    cluster.worker(before.worker().orElseThrow()).kill();
    ClusterProcesses.await(
        STAGES.get(victim) + " is given to another worker",
        PATIENCE,
        () -> standing(STAGES.get(victim)).attempt() > before.attempt());
    List<StageJournal.Entry> events = cluster.journal().latest(STAGES.get(victim));
    long assignedAt =
        events.stream()
            .filter(entry -> entry.is("stage-assigned") && entry.attempt() > before.attempt())
            .findFirst()
            .orElseThrow()
            .writtenAtMs();
    long lastCommit =
        events.stream()
            .filter(entry -> entry.is("stage-checkpoint-committed"))
            .mapToLong(StageJournal.Entry::writtenAtMs)
            .filter(at -> at < assignedAt)
            .max()
            .orElseThrow();
    workerMs.add(committed(STAGES.get(victim), at -> at >= assignedAt) - killedAt);
    System.out.printf(
        "worker of %s killed: assigned after %d ms, training after %d ms%n",
        STAGES.get(victim), assignedAt - killedAt, workerMs.get(workerMs.size() - 1));
    lostMs.add(Math.max(0, killedAt - lastCommit));
    if (standing(STAGES.get(1 - victim)).attempt() != healthy.attempt()) {
      disturbed("worker");
    }
  }

  private void disturbed(String killed) {
    disturbed++;
    System.out.println("a healthy stage was disturbed by the end of the " + killed);
  }

  private void killOrchestrator(int victim) throws Exception {
    List<Integer> attempts = new ArrayList<>();
    for (String stage : STAGES) {
      attempts.add(standing(stage).attempt());
    }
    cluster.orchestrator(victim).kill();
    long killedAt = System.currentTimeMillis();
    long last = 0;
    for (String stage : STAGES) {
      last = Math.max(last, committed(stage, at -> at > killedAt));
    }
    orchestratorMs.add(last - killedAt);
    System.out.printf("orchestrator %d killed: %d ms%n", victim, last - killedAt);
    for (int i = 0; i < STAGES.size(); i++) {
      if (standing(STAGES.get(i)).attempt() != attempts.get(i)) {
        disturbed("orchestrator");
      }
    }
  }

  private static void print(String what, List<Long> times) {
    List<Long> sorted = times.stream().sorted().toList();
    if (sorted.isEmpty()) {
      return;
    }
    System.out.printf(
        Locale.ROOT,
        "%-50s p50 %6.2f s  p95 %6.2f s  most %6.2f s  (%d trials)%n",
        what,
        quantile(sorted, 0.5),
        quantile(sorted, 0.95),
        quantile(sorted, 1),
        sorted.size());
  }

  private static double quantile(List<Long> sorted, double fraction) {
    int index = (int) Math.ceil(fraction * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) * 1e-3;
  }
}
