package dev.margrave.orchestrator.read;

import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;

/**
 * Writes the read tables, in SQL that both databases speak. Each write may be repeated: a row that
 * is there is written anew.
 */
final class ReadTables {
  /** The projection's name; its keys are the tags. */
  static final String PROJECTION = "margrave-read";

  private ReadTables() {}

  /** A row of an experiment's events. */
  record ExperimentEventRow(ExperimentId experiment, EventRow row) {}

  /** Where a point of a curve belongs. */
  record MarginKey(StageId stage, StageKey.ArmRun run, long step) {}

  /** The generation of a tag's rows. */
  static long generation(Connection connection, String tag) throws SQLException {
    return generation(connection, tag, "");
  }

  /** The same; who asks is the only one to write rows of that tag until it commits. */
  static long lockGeneration(Connection connection, String tag) throws SQLException {
    return generation(connection, tag, " FOR UPDATE");
  }

  private static long generation(Connection connection, String tag, String lock)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT generation FROM read_generation WHERE tag = ?" + lock)) {
      select.setString(1, tag);
      try (ResultSet result = select.executeQuery()) {
        if (!result.next()) {
          throw new SQLException("the table read_generation has no row of tag " + tag);
        }
        return result.getLong(1);
      }
    }
  }

  /**
   * Forgets everything: what is projected, how far, and by whom. Locks in the order in which a
   * projection does, its offset and then its generation; and looks for offsets again once no
   * projection can commit, for one may have stored its first one meanwhile.
   */
  static void empty(Connection connection) throws SQLException {
    String offsets =
        "DELETE FROM \"akka_projection_offset_store\" WHERE \"projection_name\" = '"
            + PROJECTION
            + "'";
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(offsets);
      statement.executeUpdate("UPDATE read_generation SET generation = generation + 1");
      statement.executeUpdate(offsets);
      statement.executeUpdate("DELETE FROM read_event");
      statement.executeUpdate("DELETE FROM read_margin");
    }
  }

  static void putEvents(Connection connection, Collection<ExperimentEventRow> rows)
      throws SQLException {
    Object[] ids = rows.stream().map(event -> event.row().id()).toArray();
    try (PreparedStatement delete =
            connection.prepareStatement("DELETE FROM read_event WHERE id = ANY (?)");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO read_event VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      for (ExperimentEventRow event : rows) {
        EventRow row = event.row();
        insert.setLong(1, row.id());
        insert.setString(2, event.experiment().text());
        insert.setString(3, row.stage().map(StageKey::text).orElse(null));
        insert.setLong(4, row.at().toEpochMilli());
        insert.setString(5, row.type());
        insert.setString(6, row.message());
        insert.setString(7, row.json());
        insert.addBatch();
      }
      delete.setArray(1, connection.createArrayOf("bigint", ids));
      delete.executeUpdate();
      insert.executeBatch();
    }
  }

  static void putMargins(Connection connection, Map<MarginKey, MarginPoint> points)
      throws SQLException {
    try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM read_margin WHERE experiment = ? AND arm = ? AND seed = ? AND"
                    + " teacher_seed = ? AND step = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO read_margin VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Map.Entry<MarginKey, MarginPoint> entry : points.entrySet()) {
        MarginPoint point = entry.getValue();
        setKey(delete, entry.getKey());
        delete.addBatch();
        setKey(insert, entry.getKey());
        insert.setDouble(6, point.epoch());
        insert.setDouble(7, point.beta());
        insert.setDouble(8, point.lambda());
        insert.setDouble(9, point.marginNats());
        insert.setDouble(10, point.marginAtMeanNats());
        insert.setDouble(11, point.standardErrorNats());
        insert.setDouble(12, point.klNats());
        insert.addBatch();
      }
      delete.executeBatch();
      insert.executeBatch();
    }
  }

  private static void setKey(PreparedStatement statement, MarginKey key) throws SQLException {
    statement.setString(1, key.stage().experiment().text());
    statement.setString(2, key.run().arm().label());
    statement.setLong(3, key.run().seed());
    statement.setLong(4, key.run().teacherSeed());
    statement.setLong(5, key.step());
  }
}
