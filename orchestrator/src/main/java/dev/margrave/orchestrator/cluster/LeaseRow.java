package dev.margrave.orchestrator.cluster;

import dev.margrave.orchestrator.journal.JournalSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A row of the table {@code lease}: one owner has it until it lapses, is released, or its owner no
 * longer says in {@link Presence} that it is up. All times are by the database's clock.
 *
 * @param name of the lease
 * @param owner who asks, by its address as {@code system@host:port}
 * @param heldFor until it lapses
 */
record LeaseRow(JournalSettings.Server server, String name, String owner, Duration heldFor) {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final String TAKE =
      "INSERT INTO lease (name, owner, held_until) VALUES (?, ?, now() + ? * interval '1"
          + " millisecond') ON CONFLICT (name) DO UPDATE SET owner = EXCLUDED.owner, held_until ="
          + " EXCLUDED.held_until WHERE lease.owner = EXCLUDED.owner OR lease.held_until < now() OR"
          + " NOT EXISTS (SELECT 1 FROM lease said WHERE said.name = 'orchestrator ' || lease.owner"
          + " AND said.held_until > now())";
  private static final String OWNER_COUNTS_UNTIL =
      "SELECT (extract(epoch FROM said.held_until) * 1000)::bigint FROM lease held JOIN lease said"
          + " ON said.name = 'orchestrator ' || held.owner WHERE held.name = ?";
  private static final String RELEASE = "DELETE FROM lease WHERE name = ? AND owner = ?";

  /**
   * Takes it. When another has it, waits for a sign: that one says again that it is up, and keeps
   * it, or falls silent for good, and loses it. Who was removed by the others gets it no more.
   *
   * @param uid of the process that asks
   */
  boolean take(long uid) throws SQLException, InterruptedException {
    if (new Presence(server).isRemoved(Presence.name(owner, uid))) {
      return false;
    }
    try (Connection connection = connect()) {
      OptionalLong first = OptionalLong.empty();
      while (!taken(connection)) {
        OptionalLong until = ownerCountsUntil(connection);
        if (first.isPresent() && until.isPresent() && until.getAsLong() > first.getAsLong()) {
          return false;
        }
        first = first.isPresent() ? first : until;
        TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
      }
      return true;
    }
  }

  private boolean taken(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      statement.setString(1, name);
      statement.setString(2, owner);
      statement.setLong(3, heldFor.toMillis());
      return statement.executeUpdate() == 1;
    }
  }

  private OptionalLong ownerCountsUntil(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OWNER_COUNTS_UNTIL)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  /** Gives it back, if it has it. */
  void release() throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(RELEASE)) {
      statement.setString(1, name);
      statement.setString(2, owner);
      statement.executeUpdate();
    }
  }

  private Connection connect() throws SQLException {
    return Presence.connect(server);
  }
}
