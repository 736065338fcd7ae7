package dev.margrave.orchestrator.journal;

import com.typesafe.config.Config;
import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one machine: an H2 database in a file.
 *
 * <p>An event that was acknowledged survives the death of the process at any instant. Power loss is
 * another matter: H2 does not sync on commit, so this syncs once an interval and soon after
 * decisive events, and what came after the last sync may be lost with the power.
 */
final class H2Journal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(H2Journal.class);
  private static final String FOLDER = "journal";
  private static final String NAME = "margrave";
  private static final String SUFFIX = ".mv.db";

  /**
   * WRITE_DELAY=0, or acknowledged events are lost with the process. Nearly all events are shorter
   * than 8 kB and lie in their rows: apart from them each is a file of pages, written and read
   * apart.
   */
  private static final String OPTIONS =
      ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;MAX_LENGTH_INPLACE_LOB=8192";

  private final Path folder;
  private final String url;
  private final JournalSettings settings;
  private final Connection connection;
  private final ScheduledExecutorService syncer;
  private final ScheduledFuture<?> periodicSync;
  private final Pools pools = new Pools();
  private final AtomicBoolean syncWanted = new AtomicBoolean();

  private H2Journal(Path folder, String url, JournalSettings settings, Connection connection) {
    this.folder = folder;
    this.url = url;
    this.settings = settings;
    this.connection = connection;
    this.syncer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "margrave-journal-sync");
              thread.setDaemon(true);
              return thread;
            });
    long intervalMs = settings.syncInterval().toMillis();
    periodicSync =
        syncer.scheduleWithFixedDelay(this::sync, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  /**
   * Opens the journal of a data directory, making it or bringing its schema up to date.
   *
   * @throws JournalException when it cannot be read or written, or a newer version wrote it
   */
  static H2Journal open(DataDirectory directory, JournalSettings settings) {
    Path folder = directory.path().resolve(FOLDER);
    if (folder.toString().contains(";")) {
      throw new JournalException(
          "data directory "
              + directory.path()
              + " has a ';' in its name; choose another with --data-dir");
    }
    try {
      Files.createDirectories(folder);
      boolean made = !Files.exists(folder.resolve(NAME + SUFFIX));
      if (made) {
        make(folder);
      }
      return open(folder, made, settings);
    } catch (IOException | SQLException | RuntimeException e) {
      throw JournalProblems.opening(folder, e);
    }
  }

  private static H2Journal open(Path folder, boolean upToDate, JournalSettings settings)
      throws SQLException {
    String url = url(folder.resolve(NAME));
    Connection connection = DriverManager.getConnection(url);
    try {
      if (!upToDate) {
        migrate(folder, url);
      }
      return new H2Journal(folder, url, settings, connection);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Under another name first, so that a process killed meanwhile leaves no half a journal. */
  private static void make(Path folder) throws IOException, SQLException {
    String draft = NAME + "-new";
    Files.deleteIfExists(folder.resolve(draft + SUFFIX));
    String url = url(folder.resolve(draft));
    try (Connection connection = DriverManager.getConnection(url)) {
      migrate(folder, url);
      execute(connection, "SHUTDOWN");
    }
    Files.move(
        folder.resolve(draft + SUFFIX),
        folder.resolve(NAME + SUFFIX),
        StandardCopyOption.ATOMIC_MOVE);
  }

  private static void migrate(Path folder, String url) {
    Migrations.run(
        "h2",
        flyway -> flyway.dataSource(url, "", ""),
        "the journal in " + folder,
        "another --data-dir");
  }

  private static String url(Path file) {
    return "jdbc:h2:file:" + file + OPTIONS;
  }

  @Override
  public Config configuration(Config base) {
    return JournalConfiguration.of(
        Map.of("akka-persistence-jdbc.shared-databases.slick.db.url", url),
        settings.connections(),
        "margrave-h2.conf",
        "the journal in " + folder,
        base);
  }

  @Override
  public String problem(Throwable failure) {
    return JournalProblems.using(folder, failure);
  }

  @Override
  public DataSource pool(String name, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    return pools.add(config, name, connections);
  }

  @Override
  public void decisive() {
    if (syncWanted.compareAndSet(false, true) && !syncer.isShutdown()) {
      syncer.execute(this::sync);
    }
  }

  private void sync() {
    syncWanted.set(false);
    try {
      execute(connection, "CHECKPOINT SYNC");
    } catch (SQLException e) {
      // Who writes next fails too, and says so to the user.
      LOG.warn("the journal in {} could not be synced: {}", folder, e.getMessage());
    }
  }

  /** Compacts the file and closes it. */
  @Override
  public void close() {
    pools.close();
    periodicSync.cancel(false);
    syncer.shutdown();
    try {
      if (!syncer.awaitTermination(settings.syncInterval().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the journal in {} is still syncing", folder);
      }
      execute(connection, "SHUTDOWN COMPACT");
    } catch (SQLException e) {
      LOG.warn("the journal in {} could not be compacted: {}", folder, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
