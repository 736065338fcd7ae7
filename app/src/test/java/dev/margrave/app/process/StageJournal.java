package dev.margrave.app.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The events of all stages, read from PostgreSQL itself: what was written, not what is served. */
final class StageJournal {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "stage|";
  private static final int GZIP_FIRST_BYTE = 0x1f;
  private static final String EVENTS =
      "SELECT persistence_id, sequence_number, write_timestamp, event_payload FROM event_journal"
          + " WHERE persistence_id LIKE 'stage|%' ORDER BY persistence_id, sequence_number";

  private static final String LATEST =
      "SELECT sequence_number, write_timestamp, event_payload FROM event_journal WHERE"
          + " persistence_id = ? AND (sequence_number > (SELECT max(sequence_number) - 100 FROM"
          + " event_journal WHERE persistence_id = ?) OR position('stage-assigned'::bytea IN"
          + " event_payload) > 0 OR position('stage-attempt-ended'::bytea IN event_payload) > 0)"
          + " ORDER BY sequence_number";

  /** One event, and when it was written. */
  record Entry(long sequenceNumber, long writtenAtMs, JsonNode event) {
    String type() {
      return event.get("event").asText();
    }

    boolean is(String type) {
      return type().startsWith(type);
    }

    int attempt() {
      return event.get("attempt").asInt();
    }
  }

  /**
   * Where a stage stands.
   *
   * @param attempt the current or last one
   * @param worker that has it; empty: none
   * @param checkpoints committed so far
   * @param checkpoint the last of them that was not dropped
   */
  record Standing(
      int attempt, Optional<String> worker, int checkpoints, Optional<JsonNode> checkpoint) {}

  private final String url;

  StageJournal(String url) {
    this.url = url;
  }

  /** Of each stage, by its id as text, in order. */
  Map<String, List<Entry>> stages() throws SQLException, IOException {
    Map<String, List<Entry>> stages = new LinkedHashMap<>();
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(EVENTS)) {
      while (rows.next()) {
        stages
            .computeIfAbsent(
                rows.getString(1).substring(PREFIX.length()), stage -> new ArrayList<>())
            .add(new Entry(rows.getLong(2), rows.getLong(3), parsed(rows.getBytes(4))));
      }
    }
    return stages;
  }

  /** Of one stage. */
  List<Entry> stage(String id) throws SQLException, IOException {
    return stages().getOrDefault(id, List.of());
  }

  /** Of one stage: its attempts, and the latest of the rest. */
  List<Entry> latest(String id) throws SQLException, IOException {
    List<Entry> entries = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        PreparedStatement statement = connection.prepareStatement(LATEST)) {
      statement.setString(1, PREFIX + id);
      statement.setString(2, PREFIX + id);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          entries.add(new Entry(rows.getLong(1), rows.getLong(2), parsed(rows.getBytes(3))));
        }
      }
    }
    return entries;
  }

  /** What its events come to. */
  static Standing standing(List<Entry> events) {
    int attempt = 0;
    int checkpoints = 0;
    Optional<String> worker = Optional.empty();
    Optional<JsonNode> checkpoint = Optional.empty();
    for (Entry entry : events) {
      if (entry.is("stage-assigned")) {
        attempt = entry.attempt();
        worker = Optional.of(entry.event().get("worker").asText());
      } else if (entry.is("stage-attempt-ended") || entry.is("stage-cancelled")) {
        worker = Optional.empty();
      } else if (entry.is("stage-checkpoint-committed")) {
        checkpoints++;
        checkpoint = Optional.of(entry.event().get("checkpoint"));
      } else if (entry.is("stage-checkpoint-dropped")) {
        checkpoint = Optional.empty();
      }
    }
    return new Standing(attempt, worker, checkpoints, checkpoint);
  }

  /** Long events are compressed. */
  private static JsonNode parsed(byte[] payload) throws IOException {
    InputStream in = new ByteArrayInputStream(payload);
    return JSON.readTree(payload[0] == GZIP_FIRST_BYTE ? new GZIPInputStream(in) : in);
  }
}
