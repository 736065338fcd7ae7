package dev.margrave.orchestrator.journal;

import akka.NotUsed;
import akka.persistence.PersistentRepr;
import akka.persistence.jdbc.AkkaSerialization;
import akka.persistence.jdbc.config.ReadJournalConfig;
import akka.persistence.jdbc.journal.dao.JournalTables.JournalAkkaSerializationRow;
import akka.persistence.jdbc.query.dao.DefaultReadJournalDao;
import akka.serialization.Serialization;
import akka.stream.Materializer;
import akka.stream.scaladsl.Source;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import scala.Option;
import scala.Tuple2;
import scala.Tuple3;
import scala.collection.immutable.Set;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;
import scala.util.Try;
import slick.dbio.DBIOAction;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;
import slick.jdbc.SimpleJdbcAction;

/**
 * Reads a tag's events through an index over tag and number.
 *
 * <p>akka-persistence-jdbc bounds the number of the event and not that of its tag, which is the
 * same: a look for news of a tag that has none then reads every event since that tag's last one,
 * several times a second.
 */
public final class TaggedEventsDao extends DefaultReadJournalDao {
  static final String SELECT =
      """
      SELECT j."ordering", j."deleted", j."persistence_id", j."sequence_number", j."writer",
        j."write_timestamp", j."adapter_manifest", j."event_payload", j."event_ser_id",
        j."event_ser_manifest", j."meta_payload", j."meta_ser_id", j."meta_ser_manifest"
      FROM "event_tag" t JOIN "event_journal" j ON j."ordering" = t."event_id"
      WHERE t."tag" = ? AND t."event_id" > ? AND t."event_id" <= ? AND j."deleted" = FALSE
      ORDER BY t."event_id" LIMIT ?
      """;

  private final Serialization serialization;

  /** Called by the journal plugin, which knows it by its name. */
  public TaggedEventsDao(
      JdbcBackend.DatabaseDef database,
      JdbcProfile profile,
      ReadJournalConfig config,
      Serialization serialization,
      ExecutionContext executor,
      Materializer materializer) {
    super(database, profile, config, serialization, executor, materializer);
    this.serialization = serialization;
  }

  /** Slick's kinds of effects cannot be written down in Java. */
  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Source<Try<Tuple3<PersistentRepr, Set<String>, Object>>, NotUsed> eventsByTag(
      String tag, long offset, long maxOffset, long max) {
    DBIOAction read =
        new SimpleJdbcAction<>(context -> rows(context.connection(), tag, offset, maxOffset, max));
    Future<List<JournalAkkaSerializationRow>> rows = db().run(read);
    return akka.stream.javadsl.Source.completionStage(FutureConverters.asJava(rows))
        .mapConcat(each -> each)
        .map(this::event)
        .asScala();
  }

  private Try<Tuple3<PersistentRepr, Set<String>, Object>> event(JournalAkkaSerializationRow row) {
    return AkkaSerialization.fromRow(serialization, row).map(TaggedEventsDao::withoutTags);
  }

  private static Tuple3<PersistentRepr, Set<String>, Object> withoutTags(
      Tuple2<PersistentRepr, Object> event) {
    return new Tuple3<>(event._1(), scala.collection.immutable.Set$.MODULE$.empty(), event._2());
  }

  private static List<JournalAkkaSerializationRow> rows(
      Connection connection, String tag, long offset, long maxOffset, long max) {
    try (PreparedStatement select = connection.prepareStatement(SELECT)) {
      select.setString(1, tag);
      select.setLong(2, offset);
      select.setLong(3, maxOffset);
      select.setLong(4, max);
      List<JournalAkkaSerializationRow> rows = new ArrayList<>();
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          rows.add(row(result));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new JournalException(e.getMessage(), e);
    }
  }

  private static JournalAkkaSerializationRow row(ResultSet result) throws SQLException {
    int column = 0;
    return new JournalAkkaSerializationRow(
        result.getLong(++column),
        result.getBoolean(++column),
        result.getString(++column),
        result.getLong(++column),
        result.getString(++column),
        result.getLong(++column),
        result.getString(++column),
        result.getBytes(++column),
        result.getInt(++column),
        result.getString(++column),
        Option.apply(result.getBytes(++column)),
        Option.apply(result.getObject(++column)),
        Option.apply(result.getString(++column)));
  }
}
