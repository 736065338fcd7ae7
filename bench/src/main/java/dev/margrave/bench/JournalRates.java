package dev.margrave.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Durable state changes a second, of stage supervisors on their journal and of what one would write
 * them with instead, on the same PostgreSQL server: {@code journal [few=1] [many=64] [rounds=3]
 * [seconds=10] [warm=3] [connections=10] [reports=1000] [backlog=80000] [recovery=10000] [read=1]};
 * and how long a supervisor of many events needs to recover.
 *
 * <p>One change is one row that was committed: an event in the journal; for db-scheduler and
 * JobRunr, which overwrite rows, one more in a row's version. So each run of a task is two changes
 * of db-scheduler, picked and rescheduled with new data, and each job two of JobRunr, processing
 * and succeeded. All are counted by the database, at the two ends of the time measured. A
 * supervisor's change is written after the one before is committed, a task's and a job's too. The
 * read tables are written beside, as in the product, and are not counted.
 */
final class JournalRates {
  /** What the arguments say. */
  private record Shape(
      int seconds,
      int warmSeconds,
      int connections,
      int reports,
      int backlog,
      boolean readTables,
      boolean peers) {
    static Shape of(List<String> arguments) {
      return new Shape(
          Bench.number(arguments, "seconds", 10),
          Bench.number(arguments, "warm", 3),
          Bench.number(arguments, "connections", 10),
          Bench.number(arguments, "reports", 1000),
          Bench.number(arguments, "backlog", 80_000),
          Bench.number(arguments, "read", 1) == 1,
          Bench.number(arguments, "peers", 1) == 1);
    }
  }

  /** So many changes, and it is at work. */
  private static final int STARTED = 10;

  private final Shape shape;
  private final BenchPostgres server;
  private final Path directory;
  private final AtomicInteger folders = new AtomicInteger();

  private JournalRates(Shape shape, BenchPostgres server, Path directory) {
    this.shape = shape;
    this.server = server;
    this.directory = directory;
  }

  static void run(List<String> arguments) throws Exception {
    measure(arguments);
  }

  /** By number of supervisors. */
  static List<Comparison> measure(List<String> arguments) throws Exception {
    Path directory = Files.createTempDirectory("margrave-bench");
    try (BenchPostgres server = BenchPostgres.start()) {
      JournalRates rates = new JournalRates(Shape.of(arguments), server, directory);
      int rounds = Bench.number(arguments, "rounds", 3);
      int many = Bench.number(arguments, "many", 64);
      List<Comparison> compared =
          List.of(
              rates.compare(Bench.number(arguments, "few", 1)).run(rounds),
              rates.compare(many).run(rounds));
      int events = Bench.number(arguments, "recovery", 10_000);
      if (events > 0) {
        SupervisorRecovery.measure(rates.file(), "", events);
        SupervisorRecovery.measure(rates.file(), server.database(), events);
      }
      return compared;
    } finally {
      Folders.delete(directory);
    }
  }

  private Comparison compare(int supervisors) {
    int connections = shape.connections();
    Comparison ours =
        new Comparison("durable state changes, " + supervisors + " at once, " + shape, "changes/s")
            .add("margrave-postgresql", () -> rate(journal(server.database(), supervisors)))
            .add("margrave-h2", () -> rate(journal("", supervisors)));
    if (!shape.peers()) {
      return ours;
    }
    return ours.add(
            "db-scheduler",
            () -> rate(DbSchedulerPeer.executing(server.database(), supervisors, connections)))
        .add(
            "db-scheduler-client",
            () -> rate(DbSchedulerPeer.rescheduling(server.database(), supervisors, connections)))
        .add(
            "jobrunr",
            () ->
                rate(
                    JobRunrPeer.processing(
                        server.database(), supervisors, shape.backlog(), connections)));
  }

  private SupervisorSite journal(String url, int supervisors) throws IOException {
    return SupervisorSite.open(file(), url, shape.connections(), shape.readTables())
        .drive(supervisors, shape.reports(), () -> {});
  }

  private Path file() {
    return directory.resolve("site-" + folders.incrementAndGet());
  }

  private double rate(JournalWriter writer) throws Exception {
    try (writer) {
      awaitWork(writer);
      Thread.sleep(shape.warmSeconds() * 1000L);
      long before = writer.changes();
      long began = System.nanoTime();
      Thread.sleep(shape.seconds() * 1000L);
      long after = writer.changes();
      return (after - before) * 1e9 / (System.nanoTime() - began);
    }
  }

  /** What starts slowly is not measured while it starts. */
  private static void awaitWork(JournalWriter writer) throws Exception {
    long first = writer.changes();
    while (writer.changes() < first + STARTED) {
      Thread.sleep(20);
    }
  }
}
