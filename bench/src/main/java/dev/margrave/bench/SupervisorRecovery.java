package dev.margrave.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.margrave.orchestrator.stage.StageProtocol.StageChanged;
import dev.margrave.orchestrator.stage.StageSupervisor;
import dev.margrave.protocol.worker.SchedulerProtocol;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * From the birth of a supervisor with many events to its standing where it stood, with the
 * snapshots that it made, and after these were lost.
 */
final class SupervisorRecovery {
  private static final int TIMES = 11;

  private SupervisorRecovery() {}

  /**
   * Says how long it took.
   *
   * @param url of a PostgreSQL database; empty: a file in the folder
   */
  static void measure(Path folder, String url, int events) throws Exception {
    // Planned, assigned, the reports, and its end.
    int reports = events - 3;
    CountDownLatch over = new CountDownLatch(1);
    double filled;
    long written;
    try (SupervisorSite site = SupervisorSite.open(folder, url, 2, false)) {
      long began = System.nanoTime();
      site.drive(1, reports, over::countDown);
      if (!over.await(10, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the supervisor has not ended");
      }
      filled = (System.nanoTime() - began) / 1e9;
      written = site.changes();
    }
    try (SupervisorSite site = SupervisorSite.open(folder, url, 2, false)) {
      double[] with = recover(site, false);
      double[] without = recover(site, true);
      Bench.say(
          "recovery of one supervisor, %s, %d events, written in %.1f s: with snapshots %s; from"
              + " its events alone %s",
          url.isEmpty() ? "H2" : "PostgreSQL", written, filled, text(with), text(without));
    }
  }

  private static String text(double[] milliseconds) {
    double[] sorted = milliseconds.clone();
    Arrays.sort(sorted);
    return String.format(
        java.util.Locale.ROOT,
        "first %.1f ms, median %.1f ms, most %.1f ms of %d",
        milliseconds[0],
        Comparison.median(sorted),
        sorted[sorted.length - 1],
        sorted.length);
  }

  private static double[] recover(SupervisorSite site, boolean forgetful) throws Exception {
    ActorRef<SchedulerProtocol.Command> scheduler = site.spawn(Behaviors.ignore());
    double[] milliseconds = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      if (forgetful) {
        // Each time: who has recovered from many events may have made a new one.
        site.deleteSnapshots();
      }
      CompletableFuture<StageChanged> shown = new CompletableFuture<>();
      long began = System.nanoTime();
      ActorRef<Void> parent =
          site.spawn(
              parent(
                  StageSupervisor.create(
                      StageDriver.stage(0), site.surroundings(scheduler, shown::complete))));
      shown.orTimeout(5, TimeUnit.MINUTES).join();
      milliseconds[i] = (System.nanoTime() - began) / 1e6;
      parent.unsafeUpcast().tell(new Stop());
    }
    return milliseconds;
  }

  private record Stop() {}

  /** Holds it until told to stop. */
  private static Behavior<Void> parent(Behavior<?> child) {
    return Behaviors.<Object>setup(
            context -> {
              context.spawn(child, "supervisor");
              return Behaviors.receive(Object.class)
                  .onMessage(Stop.class, stop -> Behaviors.stopped())
                  .build();
            })
        .narrow();
  }
}
