package dev.margrave.orchestrator.cluster;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import dev.margrave.orchestrator.journal.JournalSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.StreamSupport;

/**
 * Sees two clusters on one database, and ends the younger. The split brain resolver cannot: an
 * orchestrator that stood still while another was started anew, and found nobody, has never been in
 * one cluster with that.
 *
 * <p>Each orchestrator that is up says so in the database, again and again. One that reads there,
 * several times in a row, of another that lives and is none of its members has found a second
 * cluster. Who came up later ends, is started again by whatever restarts it, and joins the other.
 * It must be the later one: the other takes it for its own former self at the same address, and has
 * its singletons handed over.
 */
final class SplitWatch extends AbstractBehavior<SplitWatch.Look> {
  private static final Duration EVERY = Duration.ofSeconds(2);

  /** What was said counts for so long: less than until a dead member is removed, and one more. */
  private static final Duration COUNTS_FOR = Duration.ofSeconds(5);

  /** News of a new member travel; so one stranger is none yet. */
  private static final int SIGHTINGS = 3;

  private static final int ANSWER_WITHIN_SECONDS = 5;
  private static final String PREFIX = "orchestrator ";
  private static final String SAY =
      "INSERT INTO lease (name, owner, held_until) VALUES (?, ?, now() + ? * interval '1"
          + " millisecond') ON CONFLICT (name) DO UPDATE SET owner = EXCLUDED.owner, held_until ="
          + " EXCLUDED.held_until";
  private static final String READ =
      "SELECT name, owner FROM lease WHERE name LIKE 'orchestrator %' AND held_until > now()";

  private static final String NOW = "SELECT (extract(epoch FROM now()) * 1000)::bigint";

  /** It is time to look. */
  record Look() {}

  /** Why an orchestrator ends. */
  private static final class SecondCluster implements CoordinatedShutdown.Reason {
    @Override
    public String toString() {
      return "another cluster uses the same database";
    }
  }

  private final JournalSettings.Server server;
  private final Cluster cluster;
  private Map<String, Integer> sightings = new HashMap<>();
  private long upSinceMs;
  private boolean ending;

  private SplitWatch(ActorContext<Look> context, JournalSettings.Server server) {
    super(context);
    this.server = server;
    this.cluster = Cluster.get(context.getSystem());
  }

  /** Looks from now on. */
  static Behavior<Look> create(JournalSettings.Server server) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Look(), EVERY);
                  return new SplitWatch(context, server);
                }));
  }

  /** It waits for the database. */
  static Props props() {
    return DispatcherSelector.blocking();
  }

  @Override
  public Receive<Look> createReceive() {
    return newReceiveBuilder().onMessage(Look.class, this::onLook).build();
  }

  private Behavior<Look> onLook(Look look) {
    if (ending || !cluster.selfMember().status().equals(MemberStatus.up())) {
      return this;
    }
    try (Connection connection = connect()) {
      say(connection);
      Map<String, Long> strangers = strangers(connection);
      Map<String, Integer> seen = new HashMap<>();
      strangers.keySet().forEach(one -> seen.put(one, sightings.getOrDefault(one, 0) + 1));
      sightings = seen;
      strangers.forEach(this::judge);
    } catch (SQLException e) {
      getContext().getLog().debug("nothing is known of other clusters: {}", e.getMessage());
    }
    return this;
  }

  private void judge(String stranger, long theyAreUpSinceMs) {
    if (sightings.get(stranger) < SIGHTINGS || ending) {
      return;
    }
    ending = endsFor(name(cluster.selfMember()), upSinceMs, stranger, theyAreUpSinceMs);
    getContext()
        .getLog()
        .warn(
            "{} is in another cluster on the same database; this orchestrator {}",
            stranger,
            ending ? "came later, and ends" : "was there before, and stays");
    if (ending) {
      var unused = CoordinatedShutdown.get(getContext().getSystem()).runAll(new SecondCluster());
    }
  }

  /** Whether of two orchestrators it is this one that ends. */
  static boolean endsFor(String self, long upSinceMs, String stranger, long theyAreUpSinceMs) {
    return upSinceMs == theyAreUpSinceMs
        ? self.compareTo(stranger) > 0
        : upSinceMs > theyAreUpSinceMs;
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", server.user());
    properties.setProperty("password", server.password().text());
    properties.setProperty("connectTimeout", Integer.toString(ANSWER_WITHIN_SECONDS));
    properties.setProperty("socketTimeout", Integer.toString(ANSWER_WITHIN_SECONDS));
    return DriverManager.getConnection(server.url(), properties);
  }

  private void say(Connection connection) throws SQLException {
    if (upSinceMs == 0) {
      upSinceMs = now(connection);
    }
    Member self = cluster.selfMember();
    try (PreparedStatement statement = connection.prepareStatement(SAY)) {
      statement.setString(1, PREFIX + self.address().hostPort());
      statement.setString(2, self.uniqueAddress().longUid() + " " + upSinceMs);
      statement.setLong(3, COUNTS_FOR.toMillis());
      statement.executeUpdate();
    }
  }

  /** By the one clock that all of them share. */
  private static long now(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NOW);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Those that live and are none of the members, and since when. */
  private Map<String, Long> strangers(Connection connection) throws SQLException {
    Map<String, Long> strangers = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(READ);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        String[] owner = rows.getString(2).split(" ", 2);
        String name = rows.getString(1).substring(PREFIX.length()) + "#" + owner[0];
        if (StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .noneMatch(member -> name(member).equals(name))) {
          strangers.put(name, Long.parseLong(owner[1]));
        }
      }
    }
    return strangers;
  }

  private static String name(Member member) {
    return member.address().hostPort() + "#" + member.uniqueAddress().longUid();
  }
}
