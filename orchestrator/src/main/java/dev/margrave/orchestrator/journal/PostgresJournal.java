package dev.margrave.orchestrator.journal;

import com.typesafe.config.Config;
import com.zaxxer.hikari.HikariConfig;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The journal of a cluster: a PostgreSQL database that all orchestrators share.
 *
 * <p>An event that was acknowledged is on the server's disk: nothing is left to be synced here. The
 * primary key of the events is the last fence: of two supervisors that both believe to be the one,
 * only one can write an event's number.
 */
final class PostgresJournal implements Journal {
  /** The dialect's folder of SQL files. */
  private static final String DIALECT = "postgresql";

  private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

  private final JournalSettings.Server server;
  private final int connections;
  private final PostgresProblems problems;
  private final Pools pools = new Pools();

  private PostgresJournal(
      JournalSettings.Server server, int connections, PostgresProblems problems) {
    this.server = server;
    this.connections = connections;
    this.problems = problems;
  }

  /** Several may open it at once: who comes first brings the schema up to date, the others wait. */
  static PostgresJournal open(JournalSettings.Server server, JournalSettings settings) {
    PostgresProblems problems = new PostgresProblems(server);
    try {
      Migrations.run(
          DIALECT,
          flyway -> flyway.dataSource(plain(server)),
          problems.journal(),
          "another database");
      return new PostgresJournal(server, settings.connections(), problems);
    } catch (RuntimeException e) {
      throw problems.opening(e);
    }
  }

  /** No time limit on answers: a migration of many events takes its time. */
  private static DataSource plain(JournalSettings.Server server) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(server.url());
    source.setUser(server.user());
    source.setPassword(server.password().text());
    source.setConnectTimeout(seconds(server.connectTimeout()));
    source.setLoginTimeout(seconds(server.connectTimeout()));
    source.setTcpKeepAlive(true);
    source.setApplicationName("margrave-migrations");
    return source;
  }

  private static int seconds(Duration time) {
    return Math.toIntExact(Math.max(1, time.toSeconds()));
  }

  @Override
  public Config configuration(Config base) {
    String db = "akka-persistence-jdbc.shared-databases.slick.db.";
    return JournalConfiguration.of(
        Map.ofEntries(
            Map.entry(db + "url", server.url()),
            Map.entry(db + "user", server.user()),
            Map.entry(db + "password", server.password().text()),
            Map.entry(db + "connectionTimeout", server.connectTimeout().toMillis()),
            Map.entry(
                db + "properties.connectTimeout",
                Integer.toString(seconds(server.connectTimeout()))),
            Map.entry(
                db + "properties.socketTimeout",
                Integer.toString(seconds(server.answerTimeout())))),
        connections,
        "margrave-postgresql.conf",
        problems.journal(),
        base);
  }

  @Override
  public String problem(Throwable failure) {
    return problems.using(failure);
  }

  @Override
  public DataSource pool(String name, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url());
    config.setUsername(server.user());
    config.setPassword(server.password().text());
    config.setConnectionTimeout(server.connectTimeout().toMillis());
    config.setKeepaliveTime(KEEP_ALIVE.toMillis());
    config.addDataSourceProperty("ApplicationName", name);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // Rows that are inserted together are one statement of many rows.
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty(
        "connectTimeout", Integer.toString(seconds(server.connectTimeout())));
    config.addDataSourceProperty(
        "socketTimeout", Integer.toString(seconds(server.answerTimeout())));
    return pools.add(config, name, size);
  }

  /** Nothing to do: each commit is on the disk before it is acknowledged. */
  @Override
  public void decisive() {}

  @Override
  public void close() {
    pools.close();
  }
}
