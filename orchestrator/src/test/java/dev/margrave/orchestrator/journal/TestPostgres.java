package dev.margrave.orchestrator.journal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server on a port of its own. It ends with this process, however that ends: a
 * shell waits for the end of a pipe.
 */
public final class TestPostgres implements AutoCloseable {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private static final class Shared {
    static final TestPostgres SERVER = start();
  }

  private final Path directory;
  private final Process watch;
  private EmbeddedPostgres server;

  private TestPostgres(Path directory, Process watch, EmbeddedPostgres server) {
    this.directory = directory;
    this.watch = watch;
    this.server = server;
  }

  /** One for all tests of this process that leave it running. */
  public static TestPostgres shared() {
    return Shared.SERVER;
  }

  /** One of its own, to be closed. */
  public static TestPostgres start() {
    try {
      Path directory = Files.createTempDirectory("margrave-postgres");
      Process watch =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "cat > /dev/null; kill -QUIT $(head -n 1 \"$1/data/postmaster.pid\");"
                      + " rm -rf \"$1\"",
                  "sh",
                  directory.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new TestPostgres(directory, watch, start(directory, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EmbeddedPostgres start(Path directory, int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPort(port)
        .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
        .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** A fresh, empty database. */
  public String database() {
    String name = "test" + DATABASES.incrementAndGet();
    execute("CREATE DATABASE " + name);
    return name;
  }

  /** The address of a database. */
  public String url(String database) {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
  }

  /** Settings of a journal in that database. */
  public JournalSettings settings(String database) {
    return TestJournals.server(url(database), "postgres", "");
  }

  /** As the administrator, in the server's own database. */
  public void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends all connections to a database, in whatever they are. */
  public void cutConnections(String database) {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
            + database
            + "'");
  }

  /** Lets {@code user} in by this password only. */
  public void addUser(String user, String password) throws IOException {
    Path access = directory.resolve("data/pg_hba.conf");
    Files.writeString(
        access, "host all " + user + " all scram-sha-256\n" + Files.readString(access));
    execute("CREATE ROLE " + user + " LOGIN PASSWORD '" + password + "'");
    execute("SELECT pg_reload_conf()");
  }

  /** Stops the server, as an administrator would. */
  public void stop() throws IOException {
    server.close();
  }

  /** Starts it again at the same address. */
  public void startAgain() throws IOException {
    server = start(directory, server.getPort());
  }

  @Override
  public void close() {
    try {
      watch.getOutputStream().close();
      watch.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
