package dev.margrave.orchestrator.http;

import akka.actor.typed.ActorSystem;
import akka.japi.Pair;
import akka.pattern.Patterns;
import akka.util.ByteString;
import dev.margrave.orchestrator.http.json.EventJson;
import dev.margrave.orchestrator.http.json.Labels;
import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one experiment's events for a stream, batch after batch.
 *
 * <p>Beside the events themselves, which carry their id, two have a name and no id: {@code
 * caught-up}, once, when all that had happened before has been sent, and {@code over}, the last
 * one: a reader need not come again.
 */
final class EventReader {
  private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);

  /**
   * Where a stream is.
   *
   * @param after the id of the last event sent
   * @param more whether there is probably more to read at once
   * @param caughtUp whether it has been said
   * @param quietSince since when the experiment is over and nothing new was read
   * @param ended whether the last event was sent
   */
  record Position(
      long after, boolean more, boolean caughtUp, Optional<Instant> quietSince, boolean ended) {
    static Position start(long after) {
      return new Position(after, true, false, Optional.empty(), false);
    }
  }

  private final ActorSystem<?> system;
  private final HttpSettings.Events settings;
  private final ExperimentService service;
  private final ExperimentHistory history;
  private final BlockingPool pool;
  private final Clock clock;
  private final ExperimentId experiment;

  EventReader(
      ActorSystem<?> system,
      HttpSettings.Events settings,
      ExperimentService service,
      ExperimentHistory history,
      BlockingPool pool,
      Clock clock,
      ExperimentId experiment) {
    this.system = system;
    this.settings = settings;
    this.service = service;
    this.history = history;
    this.pool = pool;
    this.clock = clock;
    this.experiment = experiment;
  }

  /** The next batch, perhaps empty; nothing after the end. */
  CompletionStage<Optional<Pair<Position, ByteString>>> next(Position position) {
    if (position.ended()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    CompletionStage<Optional<List<EventRow>>> rows =
        position.more()
            ? read(position)
            : Patterns.after(settings.poll(), system, () -> read(position));
    return rows.thenCompose(
            found ->
                found.isPresent() && found.get().isEmpty()
                    ? quiet(position)
                    : CompletableFuture.completedFuture(sent(position, found.orElse(List.of()))))
        .thenApply(Optional::of);
  }

  /** Empty while the tables cannot be read: the reader waits, and loses nothing. */
  private CompletionStage<Optional<List<EventRow>>> read(Position position) {
    return pool.call(() -> history.events(experiment, position.after(), settings.batch()))
        .thenApply(Optional::of)
        .exceptionally(
            thrown -> {
              LOG.warn("the events of {} cannot be read now", experiment, thrown);
              return Optional.empty();
            });
  }

  private Pair<Position, ByteString> sent(Position position, List<EventRow> rows) {
    if (rows.isEmpty()) {
      Position again =
          new Position(position.after(), false, position.caughtUp(), position.quietSince(), false);
      return Pair.create(again, ByteString.emptyByteString());
    }
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> event(row, text));
    boolean more = rows.size() >= settings.batch();
    if (!more && !position.caughtUp()) {
      named("caught-up", Map.of(), text);
    }
    long last = rows.get(rows.size() - 1).id();
    return Pair.create(
        new Position(last, more, position.caughtUp() || !more, Optional.empty(), false),
        ByteString.fromString(text.toString()));
  }

  /** There was no news: is the experiment over? The read tables may be a little behind it. */
  private CompletionStage<Pair<Position, ByteString>> quiet(Position position) {
    StringBuilder text = new StringBuilder();
    if (!position.caughtUp()) {
      named("caught-up", Map.of(), text);
    }
    return service
        .view(experiment)
        .thenApply(view -> view.isEmpty() ? Optional.of("removed") : over(view.get().status()))
        .exceptionally(
            thrown -> {
              LOG.debug("nobody says where {} stands", experiment, thrown);
              return Optional.empty();
            })
        .thenApply(over -> quiet(position, over, text));
  }

  private Pair<Position, ByteString> quiet(
      Position position, Optional<String> over, StringBuilder text) {
    Instant now = clock.instant();
    Optional<Instant> since =
        over.isPresent() ? Optional.of(position.quietSince().orElse(now)) : Optional.empty();
    boolean ended =
        since.isPresent() && Duration.between(since.get(), now).compareTo(settings.settle()) >= 0;
    if (ended) {
      named("over", Map.of("status", over.orElseThrow()), text);
    }
    return Pair.create(
        new Position(position.after(), false, true, since, ended),
        ByteString.fromString(text.toString()));
  }

  private static Optional<String> over(ExperimentView.Status status) {
    return switch (status) {
      case RUNNING, PAUSED -> Optional.empty();
      case CANCELLED, FINISHED, BROKEN -> Optional.of(Labels.of(status));
    };
  }

  /** These events, as they are sent. */
  static ByteString text(List<EventRow> rows) {
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> event(row, text));
    return ByteString.fromString(text.toString());
  }

  private static void event(EventRow row, StringBuilder text) {
    EventJson json =
        new EventJson(
            row.id(),
            row.at(),
            row.stage(),
            row.type(),
            row.message(),
            HttpJson.object(row.json()));
    text.append("id: ").append(row.id()).append("\ndata: ").append(line(json)).append("\n\n");
  }

  private static void named(String name, Map<String, String> data, StringBuilder text) {
    text.append("event: ").append(name).append("\ndata: ").append(line(data)).append("\n\n");
  }

  private static String line(Object value) {
    return new String(HttpJson.compact(value), StandardCharsets.UTF_8);
  }
}
