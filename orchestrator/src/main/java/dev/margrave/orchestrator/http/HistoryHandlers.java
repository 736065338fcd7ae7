package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.HttpResponse;
import dev.margrave.orchestrator.http.json.MarginsJson;
import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.read.Thinning;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What is read from the read tables. */
final class HistoryHandlers {
  /** Of one run's curve; no plot is wider. */
  private static final int MOST_POINTS = 100_000;

  /** Of the events that a stream begins with, when it is asked for the last ones only. */
  private static final int MOST_LAST_EVENTS = 1_000;

  private final ExperimentService service;
  private final ExperimentHistory history;
  private final BlockingPool pool;
  private final EventStreams streams;
  private final int maximumPoints;

  HistoryHandlers(
      ExperimentService service,
      ExperimentHistory history,
      BlockingPool pool,
      EventStreams streams,
      int maximumPoints) {
    this.service = service;
    this.history = history;
    this.pool = pool;
    this.streams = streams;
    this.maximumPoints = maximumPoints;
  }

  CompletionStage<HttpResponse> margins(Call call) {
    ExperimentId experiment = call.experiment();
    Optional<Arm> arm = Optional.ofNullable(call.query().get("arm")).map(HistoryHandlers::arm);
    Optional<Long> seed = call.number("seed");
    long from = call.number("from").orElse(0L);
    Optional<Integer> points = call.number("points").map(HistoryHandlers::points);
    Supplier<List<MarginRow>> rows =
        () ->
            points.isPresent()
                ? history.margins(experiment, arm, seed, from, points.get())
                : history.margins(experiment, arm, seed, from);
    return known(
        experiment,
        () -> pool.call(() -> Responses.json(200, MarginsJson.of(bounded(rows.get())))));
  }

  private static int points(long wanted) {
    if (wanted < Thinning.FEWEST_POINTS || wanted > MOST_POINTS) {
      throw Problem.Kind.BAD_QUERY.thrown(
          "points is %d: %d to %d are wanted, for each run"
              .formatted(wanted, Thinning.FEWEST_POINTS, MOST_POINTS));
    }
    return (int) wanted;
  }

  private static Arm arm(String label) {
    try {
      return Arm.of(label);
    } catch (IllegalArgumentException e) {
      throw Problem.Kind.BAD_QUERY.thrown(
          "no arm is called '%s'; the arms are %s"
              .formatted(
                  Texts.shown(label),
                  String.join(", ", List.of(Arm.values()).stream().map(Arm::label).toList())));
    }
  }

  private List<MarginRow> bounded(List<MarginRow> rows) {
    if (rows.size() > maximumPoints) {
      throw Problem.Kind.TOO_MUCH.thrown(
          "%d points are more than %d; ask by arm, by seed or from a later step"
              .formatted(rows.size(), maximumPoints));
    }
    return rows;
  }

  CompletionStage<HttpResponse> events(Call call) {
    ExperimentId experiment = call.experiment();
    Optional<Long> after =
        call.lastEventId()
            .filter(text -> !text.isEmpty())
            .map(text -> Call.number("Last-Event-ID", text));
    Optional<Integer> last = call.number("last").map(HistoryHandlers::last);
    return known(experiment, () -> begin(experiment, after, last))
        .thenApply(start -> streams.open(experiment, start));
  }

  /** Who comes back goes on after the event that it knows, whatever it asked for at first. */
  private CompletionStage<EventStreams.Start> begin(
      ExperimentId experiment, Optional<Long> after, Optional<Integer> last) {
    return after.isPresent() || last.isEmpty()
        ? CompletableFuture.completedFuture(EventStreams.Start.after(after.orElse(0L)))
        : pool.call(() -> last(experiment, last.get()));
  }

  private EventStreams.Start last(ExperimentId experiment, int count) {
    long before = history.before(experiment, count);
    List<EventRow> milestones =
        history.milestones(experiment, count).stream().filter(row -> row.id() <= before).toList();
    return new EventStreams.Start(milestones, before);
  }

  private static int last(long wanted) {
    if (wanted < 1 || wanted > MOST_LAST_EVENTS) {
      throw Problem.Kind.BAD_QUERY.thrown(
          "last is %d: 1 to %d events are wanted".formatted(wanted, MOST_LAST_EVENTS));
    }
    return (int) wanted;
  }

  private <T> CompletionStage<T> known(
      ExperimentId experiment, Supplier<CompletionStage<T>> answer) {
    return service
        .view(experiment)
        .thenCompose(
            view -> {
              if (view.isEmpty()) {
                throw Call.unknown(experiment.text());
              }
              return answer.get();
            });
  }
}
