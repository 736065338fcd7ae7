package dev.margrave.orchestrator.http;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.pattern.Patterns;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.protocol.ExperimentId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The streams of events that are open. Each holds one batch of events at most: the next is read
 * when the reader's connection has taken the one before.
 */
final class EventStreams {
  private static final ByteString HEARTBEAT = ByteString.fromString(":\n\n");

  /** Terminating a connection cuts what it has not sent. */
  private static final Duration LAST_BYTES = Duration.ofMillis(250);

  private final ActorSystem<?> system;
  private final HttpSettings.Events settings;
  private final ExperimentService service;
  private final ExperimentHistory history;
  private final BlockingPool pool;
  private final Clock clock;
  private final SharedKillSwitch stop = KillSwitches.shared("margrave-event-streams");
  private final AtomicInteger open = new AtomicInteger();

  EventStreams(
      ActorSystem<?> system,
      HttpSettings.Events settings,
      ExperimentService service,
      ExperimentHistory history,
      BlockingPool pool,
      Clock clock) {
    this.system = system;
    this.settings = settings;
    this.service = service;
    this.history = history;
    this.pool = pool;
    this.clock = clock;
  }

  /**
   * Where a stream begins.
   *
   * @param milestones events that are sent first, all of them before the others
   * @param after the id of the last event that the reader knows or does without; 0 for all
   */
  record Start(List<EventRow> milestones, long after) {
    static Start after(long id) {
      return new Start(List.of(), id);
    }
  }

  /**
   * A stream.
   *
   * @throws ProblemException when too many are open
   */
  HttpResponse open(ExperimentId experiment, Start start) {
    if (open.get() >= settings.maximumStreams()) {
      throw Problem.Kind.TOO_MANY_STREAMS.thrown(
          "%d are open, the most that may be; try again later".formatted(open.get()));
    }
    return Responses.ok()
        .withEntity(
            HttpEntities.createChunked(
                MediaTypes.TEXT_EVENT_STREAM.toContentType(), counted(events(experiment, start))));
  }

  /** Streams that are open now. */
  int open() {
    return open.get();
  }

  /**
   * Ends all of them, each after a whole event.
   *
   * @return done when their last bytes had time to leave; nothing tells when they did
   */
  CompletionStage<Done> stop(Duration limit) {
    boolean none = open.get() == 0;
    stop.shutdown();
    return none
        ? CompletableFuture.completedFuture(Done.getInstance())
        : Patterns.after(
            limit.compareTo(LAST_BYTES) < 0 ? limit : LAST_BYTES,
            system,
            () -> CompletableFuture.completedFuture(Done.getInstance()));
  }

  private Source<ByteString, NotUsed> events(ExperimentId experiment, Start start) {
    EventReader reader =
        new EventReader(system, settings, service, history, pool, clock, experiment);
    return Source.single(EventReader.text(start.milestones()))
        .concat(Source.unfoldAsync(EventReader.Position.start(start.after()), reader::next))
        .filter(bytes -> !bytes.isEmpty())
        .keepAlive(settings.heartbeat(), () -> HEARTBEAT)
        .via(stop.flow());
  }

  /**
   * Counted when it begins to flow, for a response that never reaches a connection must not count
   * for ever. So a few more than the limit may pass the door at once; those end at once.
   */
  private Source<ByteString, ?> counted(Source<ByteString, NotUsed> events) {
    return Source.fromMaterializer(
        (materializer, attributes) -> {
          if (open.incrementAndGet() > settings.maximumStreams()) {
            open.decrementAndGet();
            return Source.<ByteString>empty();
          }
          return events.watchTermination(
              (unused, done) -> {
                done.whenComplete((end, thrown) -> open.decrementAndGet());
                return unused;
              });
        });
  }
}
