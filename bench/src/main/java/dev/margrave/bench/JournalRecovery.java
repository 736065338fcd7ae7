package dev.margrave.bench;

import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.SerializerWithStringManifest;
import akka.util.ByteString;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How long an orchestrator needs from its start until every live supervisor stands where it stood,
 * on a big journal: {@code journal-recovery [events=1000000] [live=1000]}. 256 stages live, each
 * with so many events and no snapshot, the worst case; the other events are of stages that are
 * over. The read tables are taken to be up to date: what is put into the journal here carries no
 * tags.
 */
final class JournalRecovery {
  private static final int BATCH = 1000;
  private static final ExperimentId LIVE = new ExperimentId("live", 1);

  private JournalRecovery() {}

  /** How an event lies in the journal. */
  private record Payload(ByteString bytes, int serializer, String manifest) {}

  static void run(List<String> arguments) throws Exception {
    int events = Bench.number(arguments, "events", 1_000_000);
    int eventsPerLiveStage = Bench.number(arguments, "live", 1000);
    Path directory = Files.createTempDirectory("margrave-bench");
    List<Payload> evaluated = new ArrayList<>();
    List<Payload> assigned = new ArrayList<>();
    int live = submit(directory, evaluated, assigned);
    long filling = System.nanoTime();
    fill(directory, events, eventsPerLiveStage, evaluated, assigned.get(0));
    Bench.say("  filled in %.0f s", (System.nanoTime() - filling) / 1e9);
    long began = System.nanoTime();
    try (BenchCluster cluster =
        BenchCluster.start(directory, 0, new EmptyLauncher(Duration.ofSeconds(1)))) {
      long running = 0;
      while (running < live) {
        Thread.sleep(50);
        running = running(cluster);
      }
      Bench.say(
          "%d events, %d live stages with %d events each: all stand where they stood after %.1f s",
          events, live, eventsPerLiveStage, (System.nanoTime() - began) / 1e9);
    }
  }

  /** An experiment whose first stages are asked for, and wait; returns how many. */
  private static int submit(Path directory, List<Payload> evaluated, List<Payload> assigned)
      throws Exception {
    try (BenchCluster cluster =
        BenchCluster.start(directory, 0, new EmptyLauncher(Duration.ofSeconds(1)))) {
      var spec =
          Fixtures.spec(LIVE.name(), LongStream.range(0, 300).boxed().toList(), List.of(Arm.FULL));
      cluster.orchestrator().service().submit(spec, false).toCompletableFuture().join();
      Serialization serialization = SerializationExtension.get(cluster.orchestrator().system());
      for (int step = 1; step <= 2000; step++) {
        evaluated.add(
            payload(
                serialization,
                new StageEvent.Evaluated(1, Fixtures.evaluation(step, 0.001 * step))));
      }
      assigned.add(payload(serialization, new StageEvent.Assigned(1, "bench")));
      int waiting = 0;
      while (waiting < 256) {
        Thread.sleep(100);
        waiting = (int) count(directoryUrl(directory), "stage|live/%");
      }
      return waiting;
    }
  }

  private static Payload payload(Serialization serialization, StageEvent event) {
    Serializer serializer = serialization.findSerializerFor(event);
    String manifest =
        serializer instanceof SerializerWithStringManifest named ? named.manifest(event) : "";
    return new Payload(
        ByteString.fromArray(serializer.toBinary(event)), serializer.identifier(), manifest);
  }

  private static long running(BenchCluster cluster) {
    ExperimentView view =
        cluster.orchestrator().service().view(LIVE).toCompletableFuture().join().orElse(null);
    return view == null
        ? 0
        : view.stages().stream().filter(stage -> stage.status() == StageStatus.RUNNING).count();
  }

  private static String directoryUrl(Path directory) {
    return "jdbc:h2:file:"
        + directory.resolve("journal").resolve("margrave")
        + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0";
  }

  private static long count(String url, String persistenceIds) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement statement =
            connection.prepareStatement(
                "select count(distinct \"persistence_id\") from \"event_journal\" where"
                    + " \"persistence_id\" like ?")) {
      statement.setString(1, persistenceIds);
      ResultSet result = statement.executeQuery();
      result.next();
      return result.getLong(1);
    }
  }

  private static void fill(
      Path directory, int events, int perLive, List<Payload> evaluated, Payload assigned)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(directoryUrl(directory));
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into \"event_journal\" (\"deleted\", \"persistence_id\","
                    + " \"sequence_number\", \"writer\", \"write_timestamp\","
                    + " \"adapter_manifest\", \"event_payload\", \"event_ser_id\","
                    + " \"event_ser_manifest\") values (false, ?, ?, 'bench', 0, '', ?, ?, ?)")) {
      connection.setAutoCommit(false);
      int written = 0;
      Map<String, Long> live = lastNumbers(connection);
      for (Map.Entry<String, Long> stage : live.entrySet()) {
        long number = stage.getValue();
        put(insert, stage.getKey(), ++number, assigned);
        for (int i = 0; i < perLive - 1; i++) {
          put(insert, stage.getKey(), ++number, evaluated.get(i % evaluated.size()));
        }
        written += perLive;
        insert.executeBatch();
        connection.commit();
      }
      for (int stage = 0; written < events; stage++) {
        for (int i = 0; i < BATCH && written < events; i++, written++) {
          put(insert, "stage|old/full-" + stage, i + 1, evaluated.get(i % evaluated.size()));
        }
        insert.executeBatch();
        connection.commit();
      }
      // As a journal that was written over days: H2 reuses space after 45 s only.
      try (Statement compact = connection.createStatement()) {
        compact.execute("SHUTDOWN COMPACT");
      }
    }
  }

  private static Map<String, Long> lastNumbers(Connection connection) throws SQLException {
    Map<String, Long> numbers = new LinkedHashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select \"persistence_id\", max(\"sequence_number\") from \"event_journal\" where"
                + " \"persistence_id\" like 'stage|live/%' group by \"persistence_id\"")) {
      ResultSet rows = statement.executeQuery();
      while (rows.next()) {
        numbers.put(rows.getString(1), rows.getLong(2));
      }
    }
    return numbers;
  }

  private static void put(PreparedStatement insert, String id, long number, Payload payload)
      throws SQLException {
    insert.setString(1, id);
    insert.setLong(2, number);
    insert.setBytes(3, payload.bytes().toArray());
    insert.setInt(4, payload.serializer());
    insert.setString(5, payload.manifest());
    insert.addBatch();
  }
}
