package dev.margrave.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL server that keeps its word: unlike the one of the tests it waits for the disk at
 * every commit, as a server in use does. All contenders write to this one, each round to a database
 * of its own.
 */
final class BenchPostgres implements AutoCloseable {
  static final String USER = "postgres";

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final Path directory;
  private final EmbeddedPostgres server;

  private BenchPostgres(Path directory, EmbeddedPostgres server) {
    this.directory = directory;
    this.server = server;
  }

  /** Starts it; fails where it would not wait for the disk. */
  static BenchPostgres start() throws IOException, SQLException {
    Path directory = Files.createTempDirectory("margrave-bench-postgres");
    BenchPostgres started =
        new BenchPostgres(
            directory,
            EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .start());
    for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
      String value = started.show(setting);
      if (!value.equals("on")) {
        started.close();
        throw new IllegalStateException(setting + " is " + value);
      }
    }
    return started;
  }

  private String show(String setting) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("postgres"), USER, "");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW " + setting)) {
      result.next();
      return result.getString(1);
    }
  }

  /** The address of a fresh, empty database; what was written before is on the disk by then. */
  String database() throws SQLException {
    String name = "bench" + DATABASES.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(url("postgres"), USER, "");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      statement.execute("CHECKPOINT");
    }
    return url(name);
  }

  private String url(String database) {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
  }

  /** A pool of connections, all open from the start. */
  static HikariDataSource pool(String url, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(USER);
    config.setPassword("");
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    return new HikariDataSource(config);
  }

  @Override
  public void close() throws IOException {
    server.close();
    Folders.delete(directory);
  }
}
