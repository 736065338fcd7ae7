package dev.margrave.orchestrator.journal;

import java.util.function.UnaryOperator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings a journal's schema up to date. */
final class Migrations {
  private Migrations() {}

  /**
   * Runs those that were not run yet.
   *
   * @param dialect the folder of SQL files
   * @param database sets where
   * @param journal as sentences call it
   * @param otherwise what a user may do who cannot use the newer version
   * @throws JournalException when a newer version's have been run
   */
  static void run(
      String dialect,
      UnaryOperator<FluentConfiguration> database,
      String journal,
      String otherwise) {
    Flyway flyway =
        database
            .apply(Flyway.configure(Migrations.class.getClassLoader()))
            .locations("classpath:dev/margrave/orchestrator/journal/" + dialect)
            .table("schema_history")
            .loggers("slf4j")
            .load();
    MigrationInfo current = flyway.info().current();
    if (current != null && current.getState() == MigrationState.FUTURE_SUCCESS) {
      throw new JournalException(
          journal
              + " was written by a newer version of Margrave (schema "
              + current.getVersion()
              + "); use that version, or "
              + otherwise);
    }
    flyway.migrate();
  }
}
