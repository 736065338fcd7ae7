package dev.margrave.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Somebody who changes states, each change committed before the next, until it is closed. */
interface JournalWriter extends AutoCloseable {
  /** Changes in the database, counted there. */
  long changes() throws Exception;

  @Override
  void close();

  /** The one number that a query yields. */
  static long number(DataSource source, String query) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }
}
