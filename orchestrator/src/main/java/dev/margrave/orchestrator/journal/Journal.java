package dev.margrave.orchestrator.journal;

import com.typesafe.config.Config;
import javax.sql.DataSource;

/**
 * Where events and snapshots are kept: a file of one machine, or a PostgreSQL server that several
 * orchestrators share.
 */
public sealed interface Journal extends Durability, AutoCloseable
    permits H2Journal, PostgresJournal {

  /**
   * Opens the journal that the settings name, making it or bringing its schema up to date.
   *
   * @param directory holds it when the settings name no server
   * @throws JournalException when it cannot be read or written, or a newer version wrote it
   */
  static Journal open(DataDirectory directory, JournalSettings settings) {
    return settings.server().isPresent()
        ? PostgresJournal.open(settings.server().get(), settings)
        : H2Journal.open(directory, settings);
  }

  /**
   * Opens a journal that several orchestrators share.
   *
   * @throws JournalException when the settings name no server, or as {@link #open} does
   */
  static Journal openShared(JournalSettings settings) {
    return PostgresJournal.open(
        settings
            .server()
            .orElseThrow(
                () ->
                    new JournalException(
                        "orchestrators of a cluster share one journal; set"
                            + " margrave.orchestrator.journal.url = \"jdbc:postgresql://host/database\"")),
        settings);
  }

  /** Settings for the actor system that uses this journal, over those of {@code base}. */
  Config configuration(Config base);

  /** One sentence about a failure of an actor that wrote to this journal or read from it. */
  String problem(Throwable failure);

  /**
   * A pool of connections beside those of the actor system, for the read tables. Closed with the
   * journal.
   *
   * @param name for logs and for the server's list of connections
   * @param connections at most
   */
  DataSource pool(String name, int connections);

  /** Gives up all connections. To be called after the actor system has terminated. */
  @Override
  void close();
}
