package dev.margrave.orchestrator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.persistence.jdbc.query.javadsl.JdbcReadJournal;
import akka.persistence.query.EventEnvelope;
import akka.persistence.query.Offset;
import akka.persistence.query.PersistenceQuery;
import akka.persistence.query.Sequence;
import akka.stream.javadsl.Sink;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What every journal does, whatever it is kept in. */
abstract class JournalContract {
  static final ExperimentId DEMO = new ExperimentId("demo", 1);
  static final StageKey FULL = StageKey.parse("full-0");
  static final String FULL_ID = "stage|demo/full-0";

  /** Opens the journal of this test, the same at each call. */
  abstract Journal open();

  static StageEvent evaluated(long step) {
    return new StageEvent.Evaluated(1, Fixtures.evaluation(step, Double.NEGATIVE_INFINITY));
  }

  @Test
  void eventsAndSnapshotsComeBack() throws SQLException {
    try (RecorderSystem first = new RecorderSystem(open())) {
      for (int event = 1; event <= 25; event++) {
        assertEquals(event, first.add(DEMO, FULL, evaluated(event)));
      }
    }
    try (RecorderSystem second = new RecorderSystem(open())) {
      assertEquals(25, second.count(FULL_ID, DEMO));
      assertEquals(26, second.add(DEMO, FULL, evaluated(26)));
      assertEquals(2, number(second.journal(), "select count(*) from %s", "snapshot"));
      assertEquals(26, number(second.journal(), "select count(*) from %s", "event_tag"));
    }
  }

  @Test
  void aTagsEventsComeInTheirOrderFromWhereOneIs() {
    ExperimentId other = otherTag();
    try (RecorderSystem system = new RecorderSystem(open())) {
      for (int event = 1; event <= 20; event++) {
        system.add(event % 4 == 0 ? other : DEMO, FULL, evaluated(event));
      }
      List<EventEnvelope> all = tagged(system, DEMO, 0);
      assertEquals(
          IntStream.rangeClosed(1, 20).filter(event -> event % 4 != 0).boxed().toList(),
          all.stream().map(each -> (int) evaluation(each)).toList());
      assertEquals(
          all.subList(9, 15), tagged(system, DEMO, ((Sequence) all.get(8).offset()).value()));
      assertEquals(5, tagged(system, other, 0).size());
    }
  }

  private static long evaluation(EventEnvelope envelope) {
    return ((StageEvent.Evaluated) envelope.event()).evaluation().step();
  }

  private static ExperimentId otherTag() {
    return IntStream.range(0, 100)
        .mapToObj(number -> new ExperimentId("other-" + number, 1))
        .filter(id -> !JournalTags.of(id).equals(JournalTags.of(DEMO)))
        .findFirst()
        .orElseThrow();
  }

  private static List<EventEnvelope> tagged(RecorderSystem system, ExperimentId id, long after) {
    return PersistenceQuery.get(system.system())
        .getReadJournalFor(JdbcReadJournal.class, JdbcReadJournal.Identifier())
        .currentEventsByTag(JournalTags.of(id).iterator().next(), Offset.sequence(after))
        .runWith(Sink.seq(), system.system())
        .toCompletableFuture()
        .join();
  }

  /** Or each look for news of a tag that has none reads all events since its last one. */
  @Test
  void aTagsNewsAreFoundByItsIndex() throws SQLException {
    try (Journal journal = open();
        Connection connection = journal.pool("test", 1).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
            "write_timestamp", "adapter_manifest", "event_payload", "event_ser_id",
            "event_ser_manifest")
          SELECT 'stage|demo/full-0', number, '', 0, '', CAST('' AS %s), 1, ''
          FROM (SELECT %s) numbers (number)
          """
              .formatted(bytes(), numbers(20_000)));
      statement.execute(
          "INSERT INTO \"event_tag\" SELECT \"ordering\", 'busy' FROM \"event_journal\"");
      statement.execute("ANALYZE");
      String look = TaggedEventsDao.SELECT;
      for (String value : List.of("'idle'", "0", "20000", "500")) {
        look = look.replaceFirst("\\?", value);
      }
      assertTrue(plan(statement, look).contains("event_tag_tag"), plan(statement, look));
    }
  }

  private static String plan(Statement statement, String select) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (ResultSet result = statement.executeQuery("EXPLAIN " + select)) {
      while (result.next()) {
        plan.append(result.getString(1)).append('\n');
      }
    }
    return plan.toString();
  }

  /** The database's type of bytes. */
  abstract String bytes();

  /** The database's expression for the numbers from 1. */
  abstract String numbers(int last);

  @Test
  void aJournalIsMadeOnce() {
    open().close();
    open().close();
  }

  static int number(Journal journal, String sql, String table) throws SQLException {
    DataSource pool = journal.pool("test", 1);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(String.format(sql, "\"" + table + "\""))) {
      result.next();
      return result.getInt(1);
    }
  }
}
