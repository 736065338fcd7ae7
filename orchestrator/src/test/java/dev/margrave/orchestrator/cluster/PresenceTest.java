package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.JournalSettings;
import dev.margrave.orchestrator.journal.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static final String SELF = "margrave@127.0.0.1:1";
  private static final String OTHER = "margrave@127.0.0.1:2";

  private Presence presence;

  @BeforeEach
  void openDatabase() {
    TestPostgres postgres = TestPostgres.shared();
    JournalSettings settings = postgres.settings(postgres.database());
    Journal.openShared(settings).close();
    presence = new Presence(settings.server().orElseThrow());
  }

  @Test
  void whatWasSaidIsRead() throws SQLException {
    long now = presence.nowMs();
    presence.say(OTHER, -7, now);
    Presence.Said said = presence.read().get(0);
    assertEquals(List.of(OTHER, -7L, now), List.of(said.address(), said.uid(), said.upSinceMs()));
    assertTrue(said.untilMs() > now);
  }

  @Test
  void itselfIsNoOther() throws SQLException {
    presence.say(SELF, 1, 1);
    assertFalse(presence.isAnotherUp(SELF));
  }

  @Test
  void oneThatSpeaksNoMoreIsGone() throws SQLException {
    presence.say(OTHER, 2, 1);
    assertFalse(presence.isAnotherUp(SELF));
    assertEquals(List.of(), presence.read());
  }

  @Test
  void oneThatSpeaksAgainIsThere() throws Exception {
    presence.say(OTHER, 2, 1);
    var answer = CompletableFuture.supplyAsync(() -> presence.isAnotherUp(SELF));
    while (!answer.isDone()) {
      presence.say(OTHER, 2, 1);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertTrue(answer.get());
  }
}
