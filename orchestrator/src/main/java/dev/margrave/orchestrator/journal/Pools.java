package dev.margrave.orchestrator.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The pools of connections that a journal gave out. */
final class Pools implements AutoCloseable {
  private final List<HikariDataSource> open = new ArrayList<>();

  /** None is connected before it is used, and none stays connected idle for ever. */
  synchronized DataSource add(HikariConfig config, String name, int connections) {
    config.setPoolName(name);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    HikariDataSource pool = new HikariDataSource(config);
    open.add(pool);
    return pool;
  }

  @Override
  public synchronized void close() {
    open.forEach(HikariDataSource::close);
    open.clear();
  }
}
