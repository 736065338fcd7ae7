package dev.margrave.orchestrator.journal;

import akka.persistence.jdbc.config.JournalConfig;
import akka.persistence.jdbc.journal.dao.DefaultJournalDao;
import akka.persistence.jdbc.journal.dao.JournalTables.JournalAkkaSerializationRow;
import akka.serialization.Serialization;
import akka.stream.Materializer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.collection.immutable.Set;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;
import slick.dbio.DBIOAction;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;
import slick.jdbc.SimpleJdbcAction;

/**
 * Writes events to PostgreSQL with fewer round trips than akka-persistence-jdbc, which asks for the
 * number of each event before it writes its tag: here one statement writes both, and the statements
 * of a batch travel together. What lies in the tables afterwards is the same, and so is the
 * promise: all events of a batch are committed before one of them is acknowledged, or none is.
 */
public final class PostgresJournalDao extends DefaultJournalDao {
  private static final String INSERT =
      "WITH written AS (INSERT INTO event_journal (deleted, persistence_id, sequence_number,"
          + " writer, write_timestamp, adapter_manifest, event_payload, event_ser_id,"
          + " event_ser_manifest, meta_payload, meta_ser_id, meta_ser_manifest)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING ordering)"
          + " INSERT INTO event_tag (event_id, tag) SELECT ordering, unnest(?) FROM written";

  private static final int TAGS = 13;

  private final JdbcBackend.DatabaseDef database;

  /** Called by the journal plugin, which knows it by its name. */
  public PostgresJournalDao(
      JdbcBackend.DatabaseDef database,
      JdbcProfile profile,
      JournalConfig config,
      Serialization serialization,
      ExecutionContext executor,
      Materializer materializer) {
    super(database, profile, config, serialization, executor, materializer);
    this.database = database;
  }

  /** Slick's kinds of effects cannot be written down in Java. */
  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Future<BoxedUnit> writeJournalRows(
      Seq<Tuple2<JournalAkkaSerializationRow, Set<String>>> events) {
    DBIOAction write =
        new SimpleJdbcAction<>(
            context -> {
              write(context.connection(), CollectionConverters.asJava(events));
              return BoxedUnit.UNIT;
            });
    return database.run(write);
  }

  private static void write(
      Connection connection, List<Tuple2<JournalAkkaSerializationRow, Set<String>>> events) {
    try {
      if (events.size() == 1) {
        // A single statement is a transaction by itself: the commit costs no round trip of its own.
        insert(connection, events);
      } else if (!events.isEmpty()) {
        insertTogether(connection, events);
      }
    } catch (SQLException e) {
      throw new JournalException(e.getMessage(), e);
    }
  }

  private static void insertTogether(
      Connection connection, List<Tuple2<JournalAkkaSerializationRow, Set<String>>> events)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      insert(connection, events);
      connection.commit();
    } catch (SQLException e) {
      rollBack(connection, e);
      throw e;
    }
    connection.setAutoCommit(true);
  }

  /** Whatever becomes of the connection: what was not committed is not written. */
  private static void rollBack(Connection connection, SQLException failure) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static void insert(
      Connection connection, List<Tuple2<JournalAkkaSerializationRow, Set<String>>> events)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (Tuple2<JournalAkkaSerializationRow, Set<String>> event : events) {
        fill(statement, event._1());
        Object[] tags = CollectionConverters.asJava(event._2()).toArray();
        statement.setArray(TAGS, connection.createArrayOf("varchar", tags));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void fill(PreparedStatement statement, JournalAkkaSerializationRow row)
      throws SQLException {
    int column = 0;
    statement.setBoolean(++column, row.deleted());
    statement.setString(++column, row.persistenceId());
    statement.setLong(++column, row.sequenceNumber());
    statement.setString(++column, row.writer());
    statement.setLong(++column, row.writeTimestamp());
    statement.setString(++column, row.adapterManifest());
    statement.setBytes(++column, row.eventPayload());
    statement.setInt(++column, row.eventSerId());
    statement.setString(++column, row.eventSerManifest());
    statement.setBytes(++column, row.metaPayload().getOrElse(() -> null));
    if (row.metaSerId().isDefined()) {
      statement.setInt(++column, (Integer) row.metaSerId().get());
    } else {
      statement.setNull(++column, Types.INTEGER);
    }
    statement.setString(++column, row.metaSerManifest().getOrElse(() -> null));
  }
}
