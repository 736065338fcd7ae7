package dev.margrave.orchestrator.journal;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the journal is and how it is used.
 *
 * @param server the PostgreSQL server; empty: a file in the data directory
 * @param connections to the database at most, each with its thread
 * @param syncInterval between two forced writes of the file to the disk
 * @param retry of an actor whose event could not be persisted
 */
public record JournalSettings(
    Optional<Server> server, int connections, Duration syncInterval, JournalRetry retry) {

  /**
   * A PostgreSQL server.
   *
   * @param url {@code jdbc:postgresql://host:port/database}
   * @param connectTimeout for a new connection, and for a free one of the pool
   * @param answerTimeout after which a statement without an answer is given up with its connection
   */
  public record Server(
      String url, String user, Secret password, Duration connectTimeout, Duration answerTimeout) {}
}
