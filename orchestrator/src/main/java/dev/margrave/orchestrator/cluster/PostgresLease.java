package dev.margrave.orchestrator.cluster;

import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import com.typesafe.config.Config;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.journal.JournalSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Who may go on after orchestrators have lost sight of each other: a row of the journal's database,
 * which all of them share. The split brain resolver asks for it before it downs the other side, so
 * that of two orchestrators either one survives the other's death, and never both a partition.
 *
 * <p>It is held for {@code heartbeat-timeout} of its settings and not renewed: it decides one
 * partition, and lapses when its owner dies.
 */
public final class PostgresLease extends Lease {
  private static final String ACQUIRE =
      "INSERT INTO lease (name, owner, held_until) VALUES (?, ?, now() + ? * interval '1"
          + " millisecond') ON CONFLICT (name) DO UPDATE SET owner = EXCLUDED.owner, held_until ="
          + " EXCLUDED.held_until WHERE lease.owner = EXCLUDED.owner OR lease.held_until < now()";
  private static final String RELEASE = "DELETE FROM lease WHERE name = ? AND owner = ?";
  private static final String CHECK =
      "SELECT 1 FROM lease WHERE name = ? AND owner = ? AND held_until >= now()";

  private final LeaseSettings settings;
  private final ExtendedActorSystem system;
  private final JournalSettings.Server server;

  /** Made by the split brain resolver. */
  public PostgresLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.system = system;
    Config config = system.settings().config();
    this.server = OrchestratorSettings.of(config).journal().server().orElseThrow();
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  @Override
  public CompletionStage<Boolean> acquire() {
    return asked(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(ACQUIRE)) {
            statement.setString(1, settings.leaseName());
            statement.setString(2, settings.ownerName());
            statement.setLong(3, settings.timeoutSettings().getHeartbeatTimeout().toMillis());
            return statement.executeUpdate() == 1;
          }
        });
  }

  /** It is not renewed, so that nobody need be told of its loss. */
  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> leaseLostCallback) {
    return acquire();
  }

  @Override
  public CompletionStage<Boolean> release() {
    return asked(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setString(1, settings.leaseName());
            statement.setString(2, settings.ownerName());
            statement.executeUpdate();
            return true;
          }
        });
  }

  @Override
  public boolean checkLease() {
    try {
      return ask(
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CHECK)) {
              statement.setString(1, settings.leaseName());
              statement.setString(2, settings.ownerName());
              return statement.executeQuery().next();
            }
          });
    } catch (SQLException e) {
      return false;
    }
  }

  @FunctionalInterface
  private interface Question {
    boolean on(Connection connection) throws SQLException;
  }

  private CompletionStage<Boolean> asked(Question question) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ask(question);
          } catch (SQLException e) {
            throw new IllegalStateException("the lease was not decided: " + e.getMessage(), e);
          }
        },
        system.dispatchers().lookup("akka.actor.default-blocking-io-dispatcher"));
  }

  private boolean ask(Question question) throws SQLException {
    try (Connection connection =
        DriverManager.getConnection(server.url(), server.user(), server.password().text())) {
      return question.on(connection);
    }
  }
}
