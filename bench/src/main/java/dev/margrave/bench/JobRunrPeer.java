package dev.margrave.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/**
 * JobRunr at the same work. Its jobs go from enqueued to processing to succeeded, each written
 * before it counts; they are requests, which it need not find by reading byte code.
 */
final class JobRunrPeer {
  /** Each write of a job adds one to its version, which begins with 1. */
  private static final String CHANGES = "SELECT COALESCE(SUM(version), 0) FROM jobrunr_jobs";

  private static final String SUCCEEDED =
      "SELECT COUNT(*) FROM jobrunr_jobs WHERE state = 'SUCCEEDED'";

  /** The shortest that it allows; who has done its job fetches the next ones without waiting. */
  private static final Duration POLLING = Duration.ofSeconds(5);

  private static final AtomicInteger ENDED = new AtomicInteger();

  /** A job, with what a supervisor's event carries, about. */
  record Stage(long number, String checkpoint, String sha256, double margin, long milliseconds)
      implements JobRequest {
    static Stage of(long number, Duration length) {
      return new Stage(
          number, "demo/full-0/" + number + ".ckpt", "0".repeat(64), 1.1, length.toMillis());
    }

    @Override
    public Class<StageHandler> getJobRequestHandler() {
      return StageHandler.class;
    }
  }

  /** Does the job. */
  public static final class StageHandler implements JobRequestHandler<Stage> {
    @Override
    public void run(Stage stage) {
      if (stage.milliseconds() > 0) {
        Sleep.of(Duration.ofMillis(stage.milliseconds()));
      }
      ENDED.incrementAndGet();
    }
  }

  private JobRunrPeer() {}

  /**
   * Workers that are never without a job.
   *
   * @param backlog jobs that lie ready before the workers start; once they are all done, nothing
   *     more is counted
   */
  static JournalWriter processing(String url, int workers, int backlog, int connections) {
    HikariDataSource pool = BenchPostgres.pool(url, connections);
    JobRequestScheduler scheduler = start(pool, workers);
    BackgroundJobServer server = JobRunr.getBackgroundJobServer();
    scheduler.enqueue(
        IntStream.range(0, backlog).mapToObj(number -> Stage.of(number, Duration.ZERO)));
    server.start();
    return new JournalWriter() {
      @Override
      public long changes() throws Exception {
        if (JournalWriter.number(pool, SUCCEEDED) == backlog) {
          throw new IllegalStateException("all " + backlog + " jobs are done: a larger backlog=");
        }
        return JournalWriter.number(pool, CHANGES);
      }

      @Override
      public void close() {
        JobRunr.destroy();
        pool.close();
      }
    };
  }

  /**
   * How long so many jobs of a length take with so many workers, from their being enqueued to the
   * commit of the last one's end, in seconds.
   */
  static double stages(String url, int jobs, int slots, Duration length, int connections)
      throws Exception {
    try (HikariDataSource pool = BenchPostgres.pool(url, connections)) {
      JobRequestScheduler scheduler = start(pool, slots);
      try {
        ENDED.set(0);
        // Enqueued first and started then: else the first jobs wait for its next look.
        long began = System.nanoTime();
        scheduler.enqueue(IntStream.range(0, jobs).mapToObj(number -> Stage.of(number, length)));
        JobRunr.getBackgroundJobServer().start();
        while (ENDED.get() < jobs || JournalWriter.number(pool, SUCCEEDED) < jobs) {
          Thread.sleep(10);
        }
        return (System.nanoTime() - began) / 1e9;
      } finally {
        JobRunr.destroy();
      }
    }
  }

  private static JobRequestScheduler start(HikariDataSource pool, int workers) {
    return JobRunr.configure()
        .useStorageProvider(SqlStorageProviderFactory.using(pool))
        .useBackgroundJobServer(
            BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                .andWorkerCount(workers)
                .andPollInterval(POLLING),
            false)
        .initialize()
        .getJobRequestScheduler();
  }
}
