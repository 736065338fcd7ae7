package dev.margrave.orchestrator.cluster;

import dev.margrave.orchestrator.journal.JournalException;
import dev.margrave.orchestrator.journal.JournalSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Which orchestrators are up, as they say themselves in the database that they share: known without
 * a connection to them, and to those that are no members yet.
 */
final class Presence {
  /** Between two times that an orchestrator says so. */
  static final Duration EVERY = Duration.ofSeconds(1);

  /** What was said counts for so long: less than until a dead member is removed. */
  static final Duration COUNTS_FOR = Duration.ofSeconds(4);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  /** To connect, and for each answer: one that is lost must leave time to say it again. */
  private static final int ANSWER_WITHIN_SECONDS = 1;

  private static final String PREFIX = "orchestrator ";
  private static final String REMOVED = "removed ";

  /** Longer than anybody stands still, as a virtual machine that was put aside. */
  private static final Duration REMOVAL_COUNTS_FOR = Duration.ofDays(100);

  private static final String NOW = "SELECT (extract(epoch FROM now()) * 1000)::bigint";
  private static final String SAY =
      "INSERT INTO lease (name, owner, held_until) SELECT ?, ?, now() + ? * interval '1"
          + " millisecond' WHERE NOT EXISTS (SELECT 1 FROM lease WHERE name = ? AND held_until >"
          + " now()) ON CONFLICT (name) DO UPDATE SET owner = EXCLUDED.owner, held_until ="
          + " EXCLUDED.held_until";
  private static final String READ =
      "SELECT name, owner, (extract(epoch FROM held_until) * 1000)::bigint FROM lease one WHERE"
          + " name LIKE 'orchestrator %' AND held_until > now() AND NOT EXISTS (SELECT 1 FROM lease"
          + " WHERE held_until > now() AND name = 'removed ' || substr(one.name, 14) || '#' ||"
          + " split_part(one.owner, ' ', 1))";
  private static final String IS_REMOVED =
      "SELECT 1 FROM lease WHERE name = ? AND held_until > now()";
  private static final String ONE_REMOVES =
      "SELECT pg_advisory_xact_lock(hashtext('margrave removals'))";
  private static final String REMOVE =
      "INSERT INTO lease (name, owner, held_until) SELECT ?, ?, now() + ? * interval '1"
          + " millisecond' WHERE NOT EXISTS (SELECT 1 FROM lease WHERE name = ? AND held_until >"
          + " now()) ON CONFLICT (name) DO NOTHING";
  private static final String FORGET =
      "DELETE FROM lease WHERE name LIKE 'removed %' AND held_until <= now()";

  /**
   * An orchestrator that is up.
   *
   * @param address as {@code system@host:port}
   * @param uid of its process
   * @param upSinceMs by the database's clock
   * @param untilMs by that clock, when it counts as gone
   */
  record Said(String address, long uid, long upSinceMs, long untilMs) {
    /** Of this life of it. */
    String name() {
      return Presence.name(address, uid);
    }
  }

  private final JournalSettings.Server server;

  Presence(JournalSettings.Server server) {
    this.server = server;
  }

  private Connection connect() throws SQLException {
    return connect(server);
  }

  /** A connection on which nothing waits for ever. */
  static Connection connect(JournalSettings.Server server) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", server.user());
    properties.setProperty("password", server.password().text());
    properties.setProperty("connectTimeout", Integer.toString(ANSWER_WITHIN_SECONDS));
    properties.setProperty("socketTimeout", Integer.toString(ANSWER_WITHIN_SECONDS));
    return DriverManager.getConnection(server.url(), properties);
  }

  /** By the one clock that all of them share. */
  long nowMs() throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(NOW);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * That orchestrator is up.
   *
   * @return false when others have removed it: then it has said nothing
   */
  boolean say(String address, long uid, long upSinceMs) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(SAY)) {
      statement.setString(1, PREFIX + address);
      statement.setString(2, uid + " " + upSinceMs);
      statement.setLong(3, COUNTS_FOR.toMillis());
      statement.setString(4, REMOVED + name(address, uid));
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * An orchestrator is no member any more, because the others decided so without it. Who has been
   * removed removes nobody.
   *
   * @param by {@link #name} of who says so
   * @param removed that of the other
   */
  void remove(String by, String removed) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement one = connection.prepareStatement(ONE_REMOVES);
        PreparedStatement forget = connection.prepareStatement(FORGET);
        PreparedStatement statement = connection.prepareStatement(REMOVE)) {
      // Of two that remove each other one is first.
      connection.setAutoCommit(false);
      one.execute();
      forget.executeUpdate();
      statement.setString(1, REMOVED + removed);
      statement.setString(2, by);
      statement.setLong(3, REMOVAL_COUNTS_FOR.toMillis());
      statement.setString(4, REMOVED + by);
      statement.executeUpdate();
      connection.commit();
    }
  }

  /** Whether others have removed that one. */
  boolean isRemoved(String name) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(IS_REMOVED)) {
      statement.setString(1, REMOVED + name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Of one life of an orchestrator. */
  static String name(String address, long uid) {
    return address + "#" + uid;
  }

  /** All that are up and have not been removed. */
  List<Said> read() throws SQLException {
    List<Said> all = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(READ);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        String[] owner = rows.getString(2).split(" ", 2);
        all.add(
            new Said(
                rows.getString(1).substring(PREFIX.length()),
                Long.parseLong(owner[0]),
                Long.parseLong(owner[1]),
                rows.getLong(3)));
      }
    }
    return all;
  }

  /**
   * Whether another orchestrator is up: it says so again while this waits. One that was killed a
   * moment ago does not.
   *
   * @throws JournalException when the database does not tell: who does not know must not form a
   *     cluster
   */
  boolean isAnotherUp(String address) {
    Map<String, Long> first = new HashMap<>();
    try {
      for (List<Said> others = others(address); !others.isEmpty(); others = others(address)) {
        for (Said other : others) {
          Long before = first.putIfAbsent(other.address(), other.untilMs());
          if (before != null && before < other.untilMs()) {
            return true;
          }
        }
        TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
      }
      return false;
    } catch (SQLException e) {
      throw new JournalException(
          "whether another orchestrator is up is not known: %s; start it again when the database"
                  .formatted(e.getMessage())
              + " answers",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException("interrupted while looking for other orchestrators", e);
    }
  }

  private List<Said> others(String address) throws SQLException {
    return read().stream().filter(said -> !said.address().equals(address)).toList();
  }
}
