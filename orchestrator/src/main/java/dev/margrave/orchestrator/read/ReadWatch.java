package dev.margrave.orchestrator.read;

import akka.actor.typed.ActorSystem;
import akka.persistence.query.Sequence;
import akka.projection.HandlerRecoveryStrategy;
import akka.projection.ProjectionId;
import akka.projection.StatusObserver;
import akka.projection.eventsourced.EventEnvelope;
import dev.margrave.orchestrator.journal.JournalEvent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees each projection start, get on, and fail. */
final class ReadWatch extends StatusObserver<EventEnvelope<JournalEvent>> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadWatch.class);

  /**
   * A projection that did not fail again for so long is well, or was moved to another node. Longer
   * than the longest pause between two tries with the longest wait for the database.
   */
  private static final Duration SETTLED = Duration.ofSeconds(60);

  private static final ReadHealth.Reader FRESH =
      new ReadHealth.Reader(false, 0, 0, Optional.empty());

  private final ActorSystem<?> system;
  private final Map<String, ReadHealth.Reader> readers = new ConcurrentHashMap<>();

  ReadWatch(ActorSystem<?> system) {
    this.system = system;
  }

  ReadHealth health() {
    return new ReadHealth(readers);
  }

  private ReadHealth.Reader update(ProjectionId id, UnaryOperator<ReadHealth.Reader> change) {
    return readers.compute(id.key(), (key, old) -> change.apply(old == null ? FRESH : old));
  }

  @Override
  public void started(ProjectionId id) {
    update(id, old -> new ReadHealth.Reader(true, old.position(), old.failures(), old.problem()));
  }

  /** Also after {@link #failed}. */
  @Override
  public void stopped(ProjectionId id) {
    update(id, old -> new ReadHealth.Reader(false, old.position(), old.failures(), old.problem()));
  }

  @Override
  public void failed(ProjectionId id, Throwable cause) {
    LOG.error("the read side of {} failed and begins again soon", id.key(), cause);
    Optional<String> problem = Optional.of(String.valueOf(cause.getMessage()));
    ReadHealth.Reader now =
        update(
            id, old -> new ReadHealth.Reader(false, old.position(), old.failures() + 1, problem));
    system
        .scheduler()
        .scheduleOnce(SETTLED, () -> settle(id, now.failures()), system.executionContext());
  }

  private void settle(ProjectionId id, long failures) {
    update(
        id,
        old ->
            old.failures() == failures
                ? new ReadHealth.Reader(old.running(), old.position(), failures, Optional.empty())
                : old);
  }

  @Override
  public void beforeProcess(ProjectionId id, EventEnvelope<JournalEvent> envelope) {}

  @Override
  public void afterProcess(ProjectionId id, EventEnvelope<JournalEvent> envelope) {}

  @Override
  public void offsetProgress(ProjectionId id, EventEnvelope<JournalEvent> envelope) {
    long position = ((Sequence) envelope.offset()).value();
    update(id, old -> new ReadHealth.Reader(true, position, old.failures(), Optional.empty()));
  }

  @Override
  public void error(
      ProjectionId id,
      EventEnvelope<JournalEvent> envelope,
      Throwable cause,
      HandlerRecoveryStrategy strategy) {
    LOG.error(
        "event {} of {} cannot be written to the read tables",
        envelope.sequenceNr(),
        envelope.persistenceId());
  }
}
