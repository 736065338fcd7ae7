package dev.margrave.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * db-scheduler at the same work, set up as its documentation advises for throughput: lock-and-fetch
 * and a short polling interval. Data as JSON, as the journal has it.
 */
final class DbSchedulerPeer {
  /** The table of its documentation, for PostgreSQL, with its indexes. */
  private static final String TABLE =
      "CREATE TABLE scheduled_tasks (task_name TEXT NOT NULL, task_instance TEXT NOT NULL,"
          + " task_data BYTEA, execution_time TIMESTAMP WITH TIME ZONE NOT NULL,"
          + " picked BOOLEAN NOT NULL, picked_by TEXT,"
          + " last_success TIMESTAMP WITH TIME ZONE, last_failure TIMESTAMP WITH TIME ZONE,"
          + " consecutive_failures INT, last_heartbeat TIMESTAMP WITH TIME ZONE,"
          + " version BIGINT NOT NULL, priority SMALLINT, state TEXT,"
          + " PRIMARY KEY (task_name, task_instance));"
          + "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);"
          + "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)";

  /** Each change of a row, and nothing else, adds one to its version, which begins with 1. */
  private static final String CHANGES = "SELECT COALESCE(SUM(version), 0) FROM scheduled_tasks";

  private static final double LOWER = 1;
  private static final double UPPER = 4;
  private static final Duration POLLING = Duration.ofMillis(1);

  /** What a supervisor's event carries, about. */
  record Step(long number, String checkpoint, String sha256, double margin) {}

  private DbSchedulerPeer() {}

  /** Tasks that run again and again at once, each time with new data. */
  static JournalWriter executing(String url, int tasks, int connections) throws Exception {
    HikariDataSource pool = open(url, connections);
    CustomTask<Step> task =
        Tasks.custom("step", Step.class)
            .execute(
                (instance, context) ->
                    new CompletionHandler.OnCompleteReschedule<>(
                        FixedDelay.of(Duration.ZERO), step(instance.getData().number() + 1)));
    Scheduler scheduler =
        Scheduler.create(pool, List.of(task))
            .threads(tasks)
            .pollingInterval(POLLING)
            .pollUsingLockAndFetch(LOWER, UPPER)
            .serializer(new JacksonSerializer())
            .build();
    for (int i = 0; i < tasks; i++) {
      scheduler.scheduleIfNotExists(task.instance("stage-" + i, step(1)), Instant.now());
    }
    scheduler.start();
    return writer(pool, scheduler::stop);
  }

  /** Nobody runs the tasks: threads write new data to them, by its client, one after the other. */
  static JournalWriter rescheduling(String url, int tasks, int connections) throws Exception {
    HikariDataSource pool = open(url, connections);
    CustomTask<Step> task =
        Tasks.custom("step", Step.class)
            .execute((instance, context) -> new CompletionHandler.OnCompleteRemove<>());
    SchedulerClient client =
        SchedulerClient.Builder.create(pool, task).serializer(new JacksonSerializer()).build();
    Instant later = Instant.now().plus(Duration.ofDays(1));
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    for (int i = 0; i < tasks; i++) {
      TaskInstance<Step> instance = task.instance("stage-" + i, step(1));
      client.scheduleIfNotExists(instance, later);
      threads.execute(
          () -> {
            for (long number = 2; !threads.isShutdown(); number++) {
              client.reschedule(instance, later.plusMillis(number), step(number));
            }
          });
    }
    return writer(
        pool,
        () -> {
          threads.shutdown();
          end(threads);
        });
  }

  /**
   * How long so many tasks of a length take with so many threads, from their being scheduled to the
   * commit of the last one's end, in seconds.
   */
  static double stages(String url, int tasks, int slots, Duration length, int connections)
      throws Exception {
    AtomicInteger ended = new AtomicInteger();
    OneTimeTask<Step> task =
        Tasks.oneTime("stage", Step.class)
            .execute(
                (instance, context) -> {
                  Sleep.of(length);
                  ended.incrementAndGet();
                });
    try (HikariDataSource pool = open(url, connections)) {
      Scheduler scheduler =
          Scheduler.create(pool, List.of(task))
              .threads(slots)
              .pollingInterval(POLLING)
              .pollUsingLockAndFetch(LOWER, UPPER)
              .serializer(new JacksonSerializer())
              .build();
      scheduler.start();
      try {
        List<TaskInstance<?>> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
          all.add(task.instance("stage-" + i, step(i)));
        }
        long began = System.nanoTime();
        scheduler.scheduleBatch(all, Instant.now());
        while (ended.get() < tasks
            || JournalWriter.number(pool, "SELECT COUNT(*) FROM scheduled_tasks") > 0) {
          Thread.sleep(10);
        }
        return (System.nanoTime() - began) / 1e9;
      } finally {
        scheduler.stop();
      }
    }
  }

  private static Step step(long number) {
    return new Step(number, "demo/full-0/" + number + ".ckpt", "0".repeat(64), 1.1);
  }

  private static HikariDataSource open(String url, int connections) throws Exception {
    HikariDataSource pool = BenchPostgres.pool(url, connections);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
    return pool;
  }

  private static JournalWriter writer(HikariDataSource pool, Runnable stop) {
    return new JournalWriter() {
      @Override
      public long changes() throws Exception {
        return JournalWriter.number(pool, CHANGES);
      }

      @Override
      public void close() {
        stop.run();
        pool.close();
      }
    };
  }

  private static void end(ExecutorService threads) {
    try {
      threads.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
