package dev.margrave.orchestrator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
