package dev.margrave.orchestrator.read;

import akka.persistence.query.Sequence;
import akka.projection.eventsourced.EventEnvelope;
import akka.projection.jdbc.javadsl.JdbcHandler;
import dev.margrave.orchestrator.experiment.ExperimentEvent;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what one tag's events say into the read tables, a batch per transaction. Made anew
 * whenever the projection begins again from its stored offset.
 */
final class ReadHandler extends JdbcHandler<List<EventEnvelope<JournalEvent>>, ReadSession> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadHandler.class);
  private static final int UNKNOWN = -1;

  private final String tag;
  private final DataSource pool;
  private final EventDetails details;
  private long generation = UNKNOWN;

  ReadHandler(String tag, DataSource pool, EventDetails details) {
    this.tag = tag;
    this.pool = pool;
    this.details = details;
  }

  /** Before the offset is read: what is emptied after this is noticed. */
  @Override
  public void start() {
    try (Connection connection = pool.getConnection()) {
      generation = ReadTables.generation(connection, tag);
    } catch (SQLException e) {
      throw new IllegalStateException("the read tables cannot be read", e);
    }
  }

  @Override
  public void process(ReadSession session, List<EventEnvelope<JournalEvent>> envelopes)
      throws Exception {
    session.withConnection(
        connection -> {
          if (ReadTables.lockGeneration(connection, tag) != generation) {
            throw new IllegalStateException(
                "the read tables were emptied: they are built again from the first event");
          }
          write(connection, envelopes);
          return null;
        });
  }

  private void write(Connection connection, List<EventEnvelope<JournalEvent>> envelopes)
      throws SQLException {
    List<ReadTables.ExperimentEventRow> events = new ArrayList<>();
    Map<ReadTables.MarginKey, MarginPoint> margins = new LinkedHashMap<>();
    for (EventEnvelope<JournalEvent> envelope : envelopes) {
      Optional<Subject> subject = Subject.of(envelope.persistenceId());
      if (subject.isEmpty()) {
        LOG.warn("an event of {} is of no experiment: left out", envelope.persistenceId());
        continue;
      }
      events.add(event(envelope, subject.get()));
      margin(envelope.event(), subject.get(), margins);
    }
    ReadTables.putEvents(connection, events);
    ReadTables.putMargins(connection, margins);
  }

  private ReadTables.ExperimentEventRow event(
      EventEnvelope<JournalEvent> envelope, Subject subject) {
    JournalEvent event = envelope.event();
    Optional<StageKey> stage =
        event instanceof ExperimentEvent.StageEnded ended
            ? Optional.of(ended.ending().stage())
            : subject.stage();
    EventRow row =
        new EventRow(
            ((Sequence) envelope.offset()).value(),
            Instant.ofEpochMilli(envelope.timestamp()),
            stage,
            EventTypes.of(event),
            EventSentences.of(subject.text(), event),
            details.of(event));
    return new ReadTables.ExperimentEventRow(subject.experiment(), row);
  }

  private static void margin(
      JournalEvent event, Subject subject, Map<ReadTables.MarginKey, MarginPoint> margins) {
    if (event instanceof StageEvent.Evaluated evaluated
        && subject.stage().orElse(null) instanceof StageKey.ArmRun run) {
      margins.put(
          new ReadTables.MarginKey(
              new StageId(subject.experiment(), run), run, evaluated.evaluation().step()),
          MarginPoint.of(evaluated.evaluation()));
    }
  }

  /**
   * Whose event it is, by its persistence id: {@code stage|demo/full-0}, {@code experiment|demo}.
   */
  record Subject(ExperimentId experiment, Optional<StageKey> stage) {
    static Optional<Subject> of(String persistenceId) {
      int bar = persistenceId.indexOf('|');
      if (bar < 0) {
        return Optional.empty();
      }
      String entity = persistenceId.substring(bar + 1);
      int slash = entity.indexOf('/');
      return Optional.of(
          slash < 0
              ? new Subject(ExperimentId.parse(entity), Optional.empty())
              : new Subject(
                  ExperimentId.parse(entity.substring(0, slash)),
                  Optional.of(StageKey.parse(entity.substring(slash + 1)))));
    }

    /** As sentences call it. */
    String text() {
      return stage.map(StageKey::text).orElse(experiment.text());
    }
  }
}
