package dev.margrave.orchestrator.read;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.ShardedDaemonProcessSettings;
import akka.cluster.sharding.typed.javadsl.ShardedDaemonProcess;
import akka.persistence.jdbc.query.javadsl.JdbcReadJournal;
import akka.projection.ProjectionBehavior;
import akka.projection.ProjectionId;
import akka.projection.eventsourced.javadsl.EventSourcedProvider;
import akka.projection.javadsl.ProjectionManagement;
import akka.projection.jdbc.javadsl.JdbcProjection;
import akka.serialization.jackson.JacksonObjectMapperProvider;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.JournalException;
import dev.margrave.orchestrator.journal.JournalTags;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.sql.DataSource;

/**
 * Builds the read tables from the journal: one projection per tag, each event exactly once. In a
 * cluster each runs on one orchestrator and moves to another when that is gone.
 *
 * <p>A row's id is its event's place in the journal. Within an experiment ids become visible in
 * their order, so that who goes on after an id misses nothing; and they are the same after a
 * rebuild.
 */
public final class ReadSide {
  /** Where projections run in a cluster. */
  public static final String ROLE = "orchestrator";

  private static final Duration FIRST_RESTART = Duration.ofMillis(500);
  private static final Duration LAST_RESTART = Duration.ofSeconds(10);
  private static final double JITTER = 0.2;

  private final ActorSystem<?> system;
  private final Journal journal;
  private final DataSource pool;
  private final ReadWatch watch;
  private final EventDetails details;

  private ReadSide(ActorSystem<?> system, Journal journal) {
    this.system = system;
    this.journal = journal;
    this.pool = journal.pool("margrave-read", JournalTags.ALL.size());
    this.watch = new ReadWatch(system);
    this.details =
        new EventDetails(
            JacksonObjectMapperProvider.get(system).getOrCreate("jackson-json", Optional.empty()));
  }

  /**
   * Starts the projections. They end with the actor system.
   *
   * @param system its settings are those of {@link Journal#configuration}
   * @param clustered whether it is a member of a cluster: the projections are shared out among the
   *     members of role {@link #ROLE}
   */
  public static ReadSide start(ActorSystem<?> system, Journal journal, boolean clustered) {
    ReadSide side = new ReadSide(system, journal);
    if (clustered) {
      ShardedDaemonProcess.get(system)
          .init(
              ProjectionBehavior.Command.class,
              ReadTables.PROJECTION,
              JournalTags.ALL.size(),
              number -> side.projection(JournalTags.ALL.get(number)),
              ShardedDaemonProcessSettings.create(system).withRole(ROLE),
              Optional.of(ProjectionBehavior.stopMessage()));
    } else {
      for (String tag : JournalTags.ALL) {
        system.systemActorOf(
            side.projection(tag), ReadTables.PROJECTION + "-" + tag, Props.empty());
      }
    }
    return side;
  }

  private Behavior<ProjectionBehavior.Command> projection(String tag) {
    return Behaviors.supervise(
            ProjectionBehavior.create(
                JdbcProjection.groupedWithin(
                        id(tag),
                        EventSourcedProvider.eventsByTag(system, JdbcReadJournal.Identifier(), tag),
                        this::session,
                        () -> new ReadHandler(tag, pool, details),
                        system)
                    .withStatusObserver(watch)))
        .onFailure(SupervisorStrategy.restartWithBackoff(FIRST_RESTART, LAST_RESTART, JITTER));
  }

  private static ProjectionId id(String tag) {
    return ProjectionId.of(ReadTables.PROJECTION, tag);
  }

  private ReadSession session() {
    try {
      return new ReadSession(pool);
    } catch (SQLException e) {
      throw new JournalException(journal.problem(e), e);
    }
  }

  /** How this node's projections fare. */
  public ReadHealth health() {
    return watch.health();
  }

  /**
   * Empties the read tables and builds them again from the first event. While that lasts, the past
   * is shown in part. Complete once the building has begun; it then goes on by itself, after a
   * crash too.
   */
  public CompletionStage<Done> rebuild() {
    return CompletableFuture.runAsync(this::empty).thenCompose(emptied -> beginAnew());
  }

  private void empty() {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      ReadTables.empty(connection);
      connection.commit();
    } catch (SQLException e) {
      throw new JournalException(journal.problem(e), e);
    }
  }

  /** Each would notice at its next event; this is at once, wherever it runs. */
  private CompletionStage<Done> beginAnew() {
    CompletionStage<Done> all = CompletableFuture.completedStage(Done.getInstance());
    for (String tag : JournalTags.ALL) {
      CompletionStage<Done> one = ProjectionManagement.get(system).clearOffset(id(tag));
      all = all.thenCombine(one, (left, right) -> left);
    }
    return all;
  }
}
