package dev.margrave.orchestrator.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.serialization.SerializationExtension;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.experiment.ExperimentEvent;
import dev.margrave.orchestrator.experiment.RegistryEvent;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.orchestrator.journal.RecorderSystem;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.worker.Effort;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the read side does, whatever the journal is kept in. */
abstract class ReadContract {
  static final ExperimentId DEMO = new ExperimentId("demo", 2);
  static final ExperimentId OTHER = new ExperimentId("other", 1);
  static final StageKey.ArmRun FULL = new StageKey.ArmRun(Arm.FULL, 0, 0);
  static final StageKey.ArmRun ABLATION = new StageKey.ArmRun(Arm.ABLATION, 7, 11);
  static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

  /** Opens the journal of this test, the same at each call. */
  abstract Journal open();

  /** A node with a read side. */
  record Node(RecorderSystem recorders, ReadSide side, ExperimentHistory history)
      implements AutoCloseable {
    static Node start(RecorderSystem recorders, boolean clustered) {
      return new Node(
          recorders,
          ReadSide.start(recorders.system(), recorders.journal(), clustered),
          new JdbcExperimentHistory(recorders.journal()));
    }

    void evaluate(ExperimentId experiment, StageKey stage, long step, double margin) {
      recorders.add(
          experiment, stage, new StageEvent.Evaluated(1, Fixtures.evaluation(step, margin)));
    }

    List<EventRow> events(ExperimentId experiment, int count) {
      return await(
          () -> {
            List<EventRow> rows = history.events(experiment, 0, 10_000);
            assertEquals(count, rows.size());
            return rows;
          });
    }

    <T> T await(Supplier<T> assertion) {
      return TestProbe.create(recorders.system()).awaitAssert(PATIENCE, assertion::get);
    }

    @Override
    public void close() {
      recorders.close();
    }
  }

  Node start() {
    return Node.start(new RecorderSystem(open()), false);
  }

  @Test
  void marginsAreReadByArmSeedAndStep() {
    try (Node node = start()) {
      node.evaluate(DEMO, ABLATION, 8, Double.NEGATIVE_INFINITY);
      node.evaluate(DEMO, FULL, 16, 1.25);
      node.evaluate(DEMO, ABLATION, 16, -0.5);
      node.evaluate(OTHER, FULL, 8, 2);
      node.events(DEMO, 3);
      ExperimentHistory history = node.history();
      MarginRow dead = new MarginRow(ABLATION, point(8, Double.NEGATIVE_INFINITY));
      MarginRow negative = new MarginRow(ABLATION, point(16, -0.5));
      MarginRow certified = new MarginRow(FULL, point(16, 1.25));
      assertEquals(
          List.of(certified, dead, negative),
          history.margins(DEMO, Optional.empty(), Optional.empty(), 0));
      assertEquals(
          List.of(certified, negative),
          history.margins(DEMO, Optional.empty(), Optional.empty(), 9));
      assertEquals(
          List.of(dead, negative),
          history.margins(DEMO, Optional.of(Arm.ABLATION), Optional.of(7L), 0));
      assertEquals(List.of(), history.margins(DEMO, Optional.of(Arm.FULL), Optional.of(7L), 0));
    }
  }

  @Test
  void curvesAreThinnedRunByRunAndTheLastEventsAreFound() {
    try (Node node = start()) {
      for (int step = 1; step <= 20; step++) {
        node.evaluate(DEMO, FULL, step, step == 13 ? -1 : 0.5);
        node.evaluate(DEMO, ABLATION, step, step);
      }
      List<EventRow> events = node.events(DEMO, 40);
      ExperimentHistory history = node.history();
      List<MarginRow> thinned = history.margins(DEMO, Optional.empty(), Optional.empty(), 0, 6);
      assertEquals(
          Thinning.of(history.margins(DEMO, Optional.of(Arm.FULL), Optional.empty(), 0), 6),
          thinned.stream().filter(row -> row.stage().equals(FULL)).toList());
      assertEquals(
          List.of(ABLATION),
          history.margins(DEMO, Optional.empty(), Optional.of(7L), 3, 6).stream()
              .map(MarginRow::stage)
              .distinct()
              .toList());
      assertTrue(thinned.stream().anyMatch(row -> row.point().marginNats() == -1));
      assertEquals(FULL, thinned.get(0).stage());
      assertEquals(events.get(36).id(), history.before(DEMO, 3));
      assertEquals(0, history.before(DEMO, 40));
      assertEquals(0, history.before(OTHER, 1));
    }
  }

  private static MarginPoint point(long step, double margin) {
    return MarginPoint.of(Fixtures.evaluation(step, margin));
  }

  @Test
  void eventsAreSentences() throws Exception {
    try (Node node = start()) {
      RecorderSystem recorders = node.recorders();
      var spec = Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS);
      recorders.add(
          "experiment|demo~2", DEMO, new ExperimentEvent.Submitted(DEMO, spec, "hash", AT));
      recorders.add(DEMO, FULL, new StageEvent.Assigned(2, "gpu-3"));
      recorders.add(
          DEMO,
          FULL,
          new StageEvent.AttemptEnded(
              2,
              new Outcome.Failed(FailureKind.CRASH, "it broke"),
              new Effort(1, 1, 1),
              false,
              true,
              false));
      node.evaluate(DEMO, FULL, 800, Double.NEGATIVE_INFINITY);
      recorders.add(
          DEMO,
          FULL,
          new StageEvent.CheckpointCommitted(
              Fixtures.checkpoint("full-0", 2, 800), new Effort(1, 1, 1)));
      recorders.add("experiment|demo~2", DEMO, new ExperimentEvent.Finished(GateOutcome.PASS, AT));
      List<EventRow> rows = node.events(DEMO, 6);
      assertEquals(
          List.of(
              "demo~2 was submitted",
              "attempt 2 of full-0 went to worker gpu-3",
              "attempt 2 of full-0 failed (CRASH): it broke; another follows",
              "full-0 has a margin of -Infinity nats at step 800",
              "full-0 has a checkpoint at step 800",
              "demo~2 is finished: PASS"),
          rows.stream().map(EventRow::message).toList());
      assertEquals(
          List.of(
              "experiment-submitted",
              "stage-assigned",
              "stage-attempt-ended",
              "stage-evaluated",
              "stage-checkpoint-committed",
              "experiment-finished"),
          rows.stream().map(EventRow::type).toList());
      assertEquals(
          List.of(rows.get(1), rows.get(2), rows.get(5)), node.history().milestones(DEMO, 3));
      assertEquals(Optional.empty(), rows.get(0).stage());
      assertEquals(Optional.of(FULL), rows.get(1).stage());
      JsonNode evaluated = new ObjectMapper().readTree(rows.get(3).json());
      assertEquals(
          new ObjectMapper()
              .readTree(
                  "{\"attempt\":1,\"step\":800,\"epoch\":100.0,\"marginNats\":\"-Infinity\","
                      + "\"marginAtMeanNats\":\"-Infinity\",\"verdict\":\"NEGATIVE\"}"),
          evaluated);
      Duration age = Duration.between(rows.get(0).at(), Instant.now());
      assertTrue(age.compareTo(PATIENCE) < 0, age.toString());
    }
  }

  @Test
  void aRestartGoesOnWhereItStopped() {
    List<EventRow> before;
    try (Node node = start()) {
      node.evaluate(DEMO, FULL, 1, 1);
      node.evaluate(DEMO, FULL, 2, 1);
      before = node.events(DEMO, 2);
    }
    try (Node node = start()) {
      node.evaluate(DEMO, FULL, 3, 1);
      List<EventRow> after = node.events(DEMO, 3);
      assertEquals(before, after.subList(0, 2));
      assertEquals(after.subList(1, 2), node.history().events(DEMO, after.get(0).id(), 1));
    }
  }

  @Test
  void aRebuildGivesTheSame() {
    try (Node node = start()) {
      for (int step = 1; step <= 150; step++) {
        node.evaluate(DEMO, FULL, step, step);
        if (step % 10 == 0) {
          node.evaluate(OTHER, ABLATION, step, -step);
        }
      }
      List<EventRow> demo = node.events(DEMO, 150);
      List<EventRow> other = node.events(OTHER, 15);
      var margins = node.history().margins(DEMO, Optional.empty(), Optional.empty(), 0);
      RecorderSystem.join(node.side().rebuild());
      assertEquals(demo, node.events(DEMO, 150));
      assertEquals(other, node.events(OTHER, 15));
      assertEquals(margins, node.history().margins(DEMO, Optional.empty(), Optional.empty(), 0));
    }
  }

  /** As when the process is killed in between: nobody told the projections to begin anew. */
  @Test
  void emptiedTablesAreBuiltAgainWithTheNextEvent() throws SQLException {
    try (Node node = start()) {
      node.evaluate(DEMO, FULL, 1, 1);
      node.evaluate(DEMO, FULL, 2, 1);
      List<EventRow> before = node.events(DEMO, 2);
      DataSource pool = node.recorders().journal().pool("test", 1);
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        ReadTables.empty(connection);
        connection.commit();
      }
      node.evaluate(DEMO, FULL, 3, 1);
      assertEquals(before, node.events(DEMO, 3).subList(0, 2));
    }
  }

  @Test
  void aRebuildWhileEventsComeLosesNone() {
    try (Node node = start()) {
      node.evaluate(DEMO, FULL, 1, 1);
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                for (int step = 2; step <= 100; step++) {
                  node.evaluate(DEMO, FULL, step, step);
                }
              });
      for (int round = 0; round < 3; round++) {
        RecorderSystem.join(node.side().rebuild());
      }
      writing.join();
      node.events(DEMO, 100);
    }
  }

  /** As a stream of events to a browser does: asks for what came after the last one it knows. */
  @Test
  void whoGoesOnAfterAnIdMissesNothing() {
    int writers = 4;
    int each = 40;
    try (Node node = start()) {
      List<CompletableFuture<Void>> writing = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        StageKey stage = new StageKey.ArmRun(Arm.FULL, writer, writer);
        node.evaluate(DEMO, stage, 1, 1);
        writing.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int step = 2; step <= each; step++) {
                    node.evaluate(DEMO, stage, step, step);
                  }
                }));
      }
      List<EventRow> seen = new ArrayList<>();
      node.await(
          () -> {
            long last = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).id();
            seen.addAll(node.history().events(DEMO, last, 7));
            assertEquals(writers * each, seen.size());
            return seen;
          });
      writing.forEach(CompletableFuture::join);
      assertEquals(node.events(DEMO, writers * each), seen);
    }
  }

  @Test
  void aBrokenTableIsReportedAndMended() throws SQLException {
    try (Node node = start()) {
      node.evaluate(DEMO, FULL, 1, 1);
      node.events(DEMO, 1);
      assertTrue(node.side().health().healthy());
      execute(node, "ALTER TABLE read_margin RENAME TO hidden");
      node.evaluate(DEMO, FULL, 2, 1);
      node.await(
          () -> {
            assertFalse(node.side().health().healthy());
            return true;
          });
      execute(node, "ALTER TABLE hidden RENAME TO read_margin");
      node.events(DEMO, 2);
      node.await(
          () -> {
            assertTrue(node.side().health().healthy());
            return true;
          });
      assertTrue(
          node.side().health().readers().values().stream()
              .anyMatch(reader -> reader.failures() > 0 && reader.running()));
    }
  }

  private static void execute(Node node, String sql) throws SQLException {
    DataSource pool = node.recorders().journal().pool("test", 1);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As after a downgrade: the journal holds an event of a type that this version does not know. */
  @Test
  void anEventThatCannotBeReadIsReportedAndNotLeftOut() throws SQLException {
    byte[] payload;
    try (RecorderSystem recorders = new RecorderSystem(open())) {
      recorders.add(DEMO, FULL, new StageEvent.Assigned(1, "w1"));
      recorders.add(DEMO, FULL, new StageEvent.Assigned(2, "w2"));
      payload = exchangePayload(recorders, "{\"event\":\"stage-unheard-of-1\"}".getBytes(UTF_8));
    }
    try (Node node = start()) {
      node.await(
          () -> {
            assertFalse(node.side().health().healthy());
            return true;
          });
      exchangePayload(node.recorders(), payload);
      assertEquals("attempt 2 of full-0 went to worker w2", node.events(DEMO, 2).get(1).message());
    }
  }

  /** Exchanges what the second event holds; answers with what it held. */
  private static byte[] exchangePayload(RecorderSystem recorders, byte[] payload)
      throws SQLException {
    DataSource pool = recorders.journal().pool("test", 1);
    String where = " FROM \"event_journal\" WHERE \"sequence_number\" = 2";
    try (Connection connection = pool.getConnection();
        Statement select = connection.createStatement();
        ResultSet old = select.executeQuery("SELECT \"event_payload\"" + where);
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE \"event_journal\" SET \"event_payload\" = ? WHERE \"sequence_number\" ="
                    + " 2")) {
      assertTrue(old.next());
      byte[] bytes = old.getBytes(1);
      update.setBytes(1, payload);
      assertEquals(1, update.executeUpdate());
      return bytes;
    }
  }

  @Test
  void everyEventThatWasEverWrittenIsProjected() throws Exception {
    Map<Class<?>, Integer> families =
        Map.of(StageEvent.class, 7101, ExperimentEvent.class, 7102, RegistryEvent.class, 7103);
    try (Node node = start()) {
      var serialization = SerializationExtension.get(node.recorders().system());
      int count = 0;
      for (Map.Entry<Class<?>, Integer> family : families.entrySet()) {
        JsonSubTypes types = family.getKey().getAnnotation(JsonSubTypes.class);
        for (JsonSubTypes.Type type : types.value()) {
          JournalEvent event =
              (JournalEvent)
                  serialization.deserialize(golden(type.name()), family.getValue(), "").get();
          String id =
              family.getKey() == StageEvent.class ? "stage|demo~2/full-0" : "experiment|demo~2";
          node.recorders().add(id, DEMO, event);
          count++;
        }
      }
      for (EventRow row : node.events(DEMO, count)) {
        assertFalse(row.message().isBlank(), row.type());
        assertTrue(new ObjectMapper().readTree(row.json()).isObject(), row.json());
      }
      assertTrue(node.side().health().healthy());
    }
  }

  private static byte[] golden(String name) throws Exception {
    try (InputStream in = ReadContract.class.getResourceAsStream("/golden/" + name + ".json")) {
      return in.readAllBytes();
    }
  }
}
