package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.HttpResponse;
import dev.margrave.orchestrator.http.json.MarginsJson;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.read.MarginRow;
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
    return known(
        experiment,
        () ->
            pool.call(
                () ->
                    Responses.json(
                        200,
                        MarginsJson.of(bounded(history.margins(experiment, arm, seed, from))))));
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
    long after =
        call.lastEventId()
            .filter(text -> !text.isEmpty())
            .map(text -> Call.number("Last-Event-ID", text))
            .orElse(0L);
    return known(
        experiment, () -> CompletableFuture.completedFuture(streams.open(experiment, after)));
  }

  private CompletionStage<HttpResponse> known(
      ExperimentId experiment, Supplier<CompletionStage<HttpResponse>> answer) {
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
