package dev.margrave.app.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Something that goes wrong in a cluster.
 *
 * @param target which of them: a worker or an orchestrator, counted modulo how many there are
 * @param lastsMs how long, where that means something
 * @param overlapped whether the next one comes before the cluster has recovered from this one
 * @param pauseMs until the next fault; when it is not overlapped, after the recovery
 */
record Fault(Kind kind, int target, long lastsMs, boolean overlapped, long pauseMs) {
  private static final int TARGETS = 6;
  private static final double OVERLAPPED = 0.4;
  private static final long LONGEST_PAUSE_MS = 2000;

  /** What goes wrong, and for how long at least and at most. */
  enum Kind {
    KILL_WORKER(0, 0),
    /** Shorter than the lease: nothing may come of it. */
    FREEZE_WORKER_BRIEFLY(500, 3000),
    /** Longer than the lease: it wakes up as a zombie. */
    FREEZE_WORKER(7000, 12_000),
    KILL_ORCHESTRATOR(0, 0),
    KILL_ALL_ORCHESTRATORS(0, 0),
    FREEZE_ORCHESTRATOR(1000, 10_000),
    RESTART_POSTGRES(0, 10_000),
    CUT_CONNECTIONS(0, 0),
    /** No file of a worker can grow beyond a few kB. */
    FILL_DISK(2000, 5000),
    /** The newest checkpoint of a running stage is damaged, and its worker killed. */
    TEAR_CHECKPOINT(0, 0);

    private final long shortestMs;
    private final long longestMs;

    Kind(long shortestMs, long longestMs) {
      this.shortestMs = shortestMs;
      this.longestMs = longestMs;
    }
  }

  /** A schedule in which every kind occurs as often as every other, give or take one. */
  static List<Fault> schedule(int count, Random random) {
    List<Kind> kinds = new ArrayList<>();
    while (kinds.size() < count) {
      List<Kind> round = new ArrayList<>(List.of(Kind.values()));
      Collections.shuffle(round, random);
      kinds.addAll(round.subList(0, Math.min(round.size(), count - kinds.size())));
    }
    return kinds.stream().map(kind -> random(kind, random)).toList();
  }

  private static Fault random(Kind kind, Random random) {
    return new Fault(
        kind,
        random.nextInt(TARGETS),
        between(kind.shortestMs, kind.longestMs, random),
        random.nextDouble() < OVERLAPPED,
        between(0, LONGEST_PAUSE_MS, random));
  }

  private static long between(long from, long to, Random random) {
    return from + (long) (random.nextDouble() * (double) (to - from));
  }

  @Override
  public String toString() {
    return kind
        + " "
        + target
        + (lastsMs > 0 ? " for " + lastsMs + " ms" : "")
        + (overlapped ? ", overlapped" : "");
  }
}
