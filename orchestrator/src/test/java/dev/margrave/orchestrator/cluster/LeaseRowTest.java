package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.JournalSettings;
import dev.margrave.orchestrator.journal.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseRowTest {
  private static final String ONE = "margrave@127.0.0.1:1";
  private static final String TWO = "margrave@127.0.0.1:2";

  private JournalSettings.Server server;
  private Presence presence;

  @BeforeEach
  void openDatabase() {
    TestPostgres postgres = TestPostgres.shared();
    JournalSettings settings = postgres.settings(postgres.database());
    Journal.openShared(settings).close();
    server = settings.server().orElseThrow();
    presence = new Presence(server);
  }

  private LeaseRow row(String owner) {
    return new LeaseRow(server, "akka-sbr", owner, Duration.ofHours(1));
  }

  private boolean isHeld(String owner) throws SQLException {
    try (Connection connection = Presence.connect(server);
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT 1 FROM lease WHERE name = 'akka-sbr' AND owner = ? AND held_until > now()")) {
      statement.setString(1, owner);
      return statement.executeQuery().next();
    }
  }

  private static CompletableFuture<Boolean> soon(Callable<Boolean> answer) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return answer.call();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
  }

  @Test
  void ofTwoThatLiveOneGetsIt() throws Exception {
    presence.say(ONE, 1, 1);
    presence.say(TWO, 2, 1);
    List<CompletableFuture<Boolean>> answers =
        List.of(soon(() -> row(ONE).take(1)), soon(() -> row(TWO).take(2)));
    while (!answers.stream().allMatch(CompletableFuture::isDone)) {
      presence.say(ONE, 1, 1);
      presence.say(TWO, 2, 1);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertEquals(1, answers.stream().filter(CompletableFuture::join).count());
    assertEquals(answers.get(0).join(), isHeld(ONE));
    assertEquals(answers.get(1).join(), isHeld(TWO));
  }

  @Test
  void whoHasItTakesItAgain() throws Exception {
    presence.say(ONE, 1, 1);
    assertTrue(row(ONE).take(1));
    assertTrue(row(ONE).take(1));
  }

  @Test
  void whoWasRemovedGetsItNoMore() throws Exception {
    presence.remove(Presence.name(TWO, 2), Presence.name(ONE, 1));
    assertFalse(row(ONE).take(1));
    assertTrue(row(ONE).take(7), "the next life of the same");
  }

  /** The survivor of the survivor goes on. */
  @Test
  void ofAnOwnerThatFallsSilentItIsTaken() throws Exception {
    presence.say(ONE, 1, 1);
    assertTrue(row(ONE).take(1));
    assertTrue(row(TWO).take(2), "when the presence of the first has lapsed");
    assertFalse(isHeld(ONE));
  }

  @Test
  void onlyItsOwnerReleasesIt() throws Exception {
    presence.say(ONE, 1, 1);
    assertTrue(row(ONE).take(1));
    row(TWO).release();
    assertTrue(isHeld(ONE));
    row(ONE).release();
    assertFalse(isHeld(ONE));
  }

  /** Also while its owner lives. */
  @Test
  void itLapses() throws Exception {
    presence.say(ONE, 1, 1);
    assertTrue(new LeaseRow(server, "akka-sbr", ONE, Duration.ZERO).take(1));
    CompletableFuture<Boolean> answer = soon(() -> row(TWO).take(2));
    while (!answer.isDone()) {
      presence.say(ONE, 1, 1);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertTrue(answer.join());
  }
}
