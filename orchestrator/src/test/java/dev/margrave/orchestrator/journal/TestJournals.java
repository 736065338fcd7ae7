package dev.margrave.orchestrator.journal;

import java.time.Duration;
import java.util.Optional;

/** Journal settings for tests. */
public final class TestJournals {
  /** Soon again. */
  public static final JournalRetry RETRY =
      new JournalRetry(Duration.ofMillis(50), Duration.ofMillis(500), 0.2);

  private TestJournals() {}

  /** A file in the data directory. */
  public static JournalSettings file(int connections) {
    return new JournalSettings(Optional.empty(), connections, Duration.ofSeconds(1), RETRY);
  }

  /** A database of a server. */
  public static JournalSettings server(String url, String user, String password) {
    return new JournalSettings(
        Optional.of(
            new JournalSettings.Server(
                url, user, new Secret(password), Duration.ofSeconds(10), Duration.ofSeconds(10))),
        4,
        Duration.ofSeconds(1),
        RETRY);
  }
}
