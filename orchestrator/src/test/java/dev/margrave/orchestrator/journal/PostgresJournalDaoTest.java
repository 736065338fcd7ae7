package dev.margrave.orchestrator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import dev.margrave.protocol.ExperimentId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events of many supervisors that are written together. */
class PostgresJournalDaoTest {
  private static final TestPostgres SERVER = TestPostgres.shared();
  private static final int SUPERVISORS = 32;
  private static final int EVENTS = 20;
  private static final ExperimentId DEMO = new ExperimentId("demo", 1);

  private final String database = SERVER.database();

  private RecorderSystem open() {
    return new RecorderSystem(Journal.openShared(SERVER.settings(database)));
  }

  private static List<ActorRef<Recorder.Command>> recorders(RecorderSystem system) {
    return IntStream.range(0, SUPERVISORS)
        .mapToObj(
            number ->
                RecorderSystem.join(
                    AskPattern.<SpawnProtocol.Command, ActorRef<Recorder.Command>>ask(
                        system.system(),
                        replyTo ->
                            new SpawnProtocol.Spawn<>(
                                Recorder.create("stage|demo/full-" + number, DEMO, 1000),
                                "",
                                Props.empty(),
                                replyTo),
                        Duration.ofSeconds(20),
                        system.system().scheduler())))
        .toList();
  }

  /** Whether it was acknowledged, for each. */
  private static List<Boolean> addTogether(
      RecorderSystem system, List<ActorRef<Recorder.Command>> recorders, int step, int patience) {
    List<CompletableFuture<Boolean>> asked =
        recorders.stream()
            .map(
                recorder ->
                    AskPattern.<Recorder.Command, Integer>askWithStatus(
                            recorder,
                            replyTo -> new Recorder.Add(JournalContract.evaluated(step), replyTo),
                            Duration.ofSeconds(patience),
                            system.system().scheduler())
                        .handle((count, failure) -> failure == null)
                        .toCompletableFuture())
            .toList();
    return asked.stream().map(CompletableFuture::join).toList();
  }

  private static int number(RecorderSystem system, String sql) throws SQLException {
    return JournalContract.number(system.journal(), sql, "event_journal");
  }

  @Test
  void eachEventIsThereOnceWithItsTagAndInItsOrder() throws SQLException {
    try (RecorderSystem system = open()) {
      List<ActorRef<Recorder.Command>> recorders = recorders(system);
      for (int step = 1; step <= EVENTS; step++) {
        assertTrue(addTogether(system, recorders, step, 20).stream().allMatch(done -> done));
      }
      assertEquals(SUPERVISORS * EVENTS, number(system, "select count(*) from %s"));
      String tag = JournalTags.of(DEMO).iterator().next();
      assertEquals(
          SUPERVISORS * EVENTS,
          number(
              system,
              "select count(*) from %s join event_tag on event_id = ordering where tag = '"
                  + tag
                  + "'"));
      assertEquals(
          0,
          number(
              system,
              "select count(*) from %1$s earlier join %1$s later using (persistence_id) where"
                  + " earlier.sequence_number < later.sequence_number and earlier.ordering >"
                  + " later.ordering"));
    }
  }

  @Test
  void whatIsRefusedLeavesNothing() throws SQLException {
    try (RecorderSystem first = open();
        RecorderSystem second = open()) {
      List<ActorRef<Recorder.Command>> stale = recorders(first);
      assertTrue(addTogether(first, stale, 1, 20).stream().allMatch(done -> done));
      assertTrue(addTogether(second, recorders(second), 2, 20).stream().allMatch(done -> done));
      // The first does not know of the second's events: all its numbers are taken.
      assertTrue(addTogether(first, stale, 3, 1).stream().noneMatch(done -> done));
      assertEquals(2 * SUPERVISORS, number(first, "select count(*) from %s"));
      assertEquals(
          2 * SUPERVISORS,
          number(first, "select count(*) from %s join event_tag on event_id = ordering"));
      assertEquals(
          2 * SUPERVISORS,
          JournalContract.number(first.journal(), "select count(*) from %s", "event_tag"));
    }
  }
}
