package dev.margrave.orchestrator.read;

import akka.japi.function.Function;
import akka.projection.jdbc.JdbcSession;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** One transaction of a projection: rows and offset together. */
final class ReadSession implements JdbcSession {
  private final Connection connection;

  ReadSession(DataSource pool) throws SQLException {
    this.connection = pool.getConnection();
    connection.setAutoCommit(false);
  }

  @Override
  public <T> T withConnection(Function<Connection, T> work) throws Exception {
    return work.apply(connection);
  }

  @Override
  public void commit() throws SQLException {
    connection.commit();
  }

  @Override
  public void rollback() throws SQLException {
    connection.rollback();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
