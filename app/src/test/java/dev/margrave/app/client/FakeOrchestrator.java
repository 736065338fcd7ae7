package dev.margrave.app.client;

import dev.margrave.app.Samples;
import dev.margrave.app.ServedOrchestrator;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** The real HTTP server over supervisors and tables that only pretend. */
final class FakeOrchestrator extends ServedOrchestrator {
  final Map<ExperimentId, ExperimentView> views = new ConcurrentHashMap<>();
  final List<ExperimentSummary> summaries = new CopyOnWriteArrayList<>();
  final List<ExperimentSpec> submitted = new CopyOnWriteArrayList<>();
  final List<Control> controls = new CopyOnWriteArrayList<>();
  final List<EventRow> events = new CopyOnWriteArrayList<>();
  final List<Long> askedAfter = new CopyOnWriteArrayList<>();
  final AtomicInteger viewed = new AtomicInteger();
  volatile BiFunction<ExperimentSpec, Boolean, SubmitReply> onSubmit =
      (spec, fresh) ->
          new SubmitReply.Accepted(new ExperimentId(spec.name(), fresh ? 2 : 1), false);
  volatile ControlReply onControl = new ControlReply.Done("so be it");

  FakeOrchestrator(String settings) {
    super(settings);
    open(0);
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  /** The sample experiment stands like that. */
  void sample(
      ExperimentView.Status status, List<StageView> stages, Optional<ExperimentResults> results) {
    views.put(
        Samples.EXPERIMENT,
        new ExperimentView(
            Samples.EXPERIMENT,
            status,
            Optional.empty(),
            stages,
            results.map(ExperimentResults::gates).orElse(List.<Gate>of()),
            results));
  }

  /** Something happens to the whole experiment. */
  void happen(String message) {
    long id = events.size() + 1L;
    events.add(new EventRow(id, AT, Optional.empty(), "experiment-paused", message, "{}"));
  }

  @Override
  public CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh) {
    submitted.add(spec);
    return CompletableFuture.completedFuture(onSubmit.apply(spec, fresh));
  }

  @Override
  public CompletionStage<List<ExperimentSummary>> list() {
    return CompletableFuture.completedFuture(summaries);
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    viewed.incrementAndGet();
    return CompletableFuture.completedFuture(Optional.ofNullable(views.get(experiment)));
  }

  @Override
  public CompletionStage<ControlReply> control(ExperimentId experiment, Control control) {
    controls.add(control);
    return CompletableFuture.completedFuture(
        views.containsKey(experiment) ? onControl : new ControlReply.Unknown(experiment.text()));
  }

  @Override
  public long before(ExperimentId experiment, int count) {
    return Math.max(0, events.size() - count);
  }

  @Override
  public List<EventRow> milestones(ExperimentId experiment, int count) {
    return List.of();
  }

  @Override
  public List<EventRow> events(ExperimentId experiment, long after, int limit) {
    askedAfter.add(after);
    return events.stream().filter(row -> row.id() > after).limit(limit).toList();
  }
}
