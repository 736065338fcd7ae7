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

  @Test
  void whoWasRemovedIsThereNoMoreAndIsTold() throws SQLException {
    String one = Presence.name(SELF, 1);
    String other = Presence.name(OTHER, -7);
    assertTrue(presence.say(SELF, 1, 1));
    assertTrue(presence.say(OTHER, -7, 1));
    presence.remove(one, other);
    presence.remove(one, other);
    assertTrue(presence.isRemoved(other));
    assertFalse(presence.isRemoved(one));
    assertFalse(presence.say(OTHER, -7, 1));
    assertEquals(List.of(SELF), presence.read().stream().map(Presence.Said::address).toList());
    // Its next life is another.
    assertTrue(presence.say(OTHER, -8, 2));
    assertEquals(2, presence.read().size());
  }

  @Test
  void whoWasRemovedRemovesNobody() throws SQLException {
    String one = Presence.name(SELF, 1);
    String other = Presence.name(OTHER, 2);
    presence.remove(one, other);
    presence.remove(other, one);
    assertFalse(presence.isRemoved(one));
  }

  @Test
  void ofTwoThatRemoveEachOtherOneStays() throws Exception {
    for (int round = 0; round < 20; round++) {
      String one = Presence.name(SELF, round);
      String other = Presence.name(OTHER, round);
      var first = CompletableFuture.runAsync(() -> remove(one, other));
      var second = CompletableFuture.runAsync(() -> remove(other, one));
      first.get();
      second.get();
      assertTrue(presence.isRemoved(one) != presence.isRemoved(other), "round " + round);
    }
  }

  private void remove(String by, String removed) {
    try {
      presence.remove(by, removed);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
