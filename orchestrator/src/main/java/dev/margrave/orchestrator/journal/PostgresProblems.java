package dev.margrave.orchestrator.journal;

import java.sql.SQLException;
import java.util.Map;

/** Failures of a journal on a server, in sentences. */
final class PostgresProblems {
  private static final String SETTINGS = "margrave.orchestrator.journal.";

  /** By SQL state, or by its class, the first two characters. */
  private static final Map<String, String> MENDS =
      Map.of(
          "08",
          "cannot be reached (%s); start the server, or mend " + SETTINGS + "url",
          "57",
          "cannot be reached (%s); start the server, or mend " + SETTINGS + "url",
          "28",
          "refuses the user or the password (%s); mend " + SETTINGS + "user and password",
          "3D",
          "does not exist (%s); create the database, or mend " + SETTINGS + "url",
          "53",
          "has no room (%s); give the server more connections, memory or disk",
          "42501",
          "cannot be made (%s); let the user create tables in it");

  private final JournalSettings.Server server;

  PostgresProblems(JournalSettings.Server server) {
    this.server = server;
  }

  /** As sentences call it: a password may stand behind the question mark. */
  String journal() {
    return "the journal at " + server.url().replaceFirst("\\?.*", "");
  }

  JournalException opening(Exception failure) {
    if (failure instanceof JournalException already) {
      return already;
    }
    String cause = JournalProblems.rootMessage(failure);
    String mend = mend(failure);
    if (mend != null) {
      return new JournalException(journal() + " " + String.format(mend, cause), failure);
    }
    if (String.valueOf(failure.getMessage()).contains("non-empty schema")) {
      return new JournalException(
          journal()
              + " holds other tables; give Margrave a database of its own, or a schema by"
              + " ?currentSchema=…",
          failure);
    }
    return new JournalException(
        journal() + " cannot be opened (" + cause + "); see the server's log", failure);
  }

  String using(Throwable failure) {
    return journal()
        + " cannot be used now ("
        + JournalProblems.rootMessage(failure)
        + "); it is tried again until it can";
  }

  private static String mend(Throwable failure) {
    for (Throwable cause : JournalProblems.causes(failure)) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        String mend = MENDS.get(state);
        if (mend == null && state.length() > 2) {
          mend = MENDS.get(state.substring(0, 2));
        }
        if (mend != null) {
          return mend;
        }
      }
    }
    return null;
  }
}
