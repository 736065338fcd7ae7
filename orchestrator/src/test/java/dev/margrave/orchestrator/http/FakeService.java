package dev.margrave.orchestrator.http;

import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Answers as it is told to, and remembers what was asked. */
final class FakeService implements ExperimentService {
  final Map<ExperimentId, ExperimentView> views = new ConcurrentHashMap<>();
  final List<ExperimentSummary> summaries = new ArrayList<>();
  final List<WorkerStatus> workers = new ArrayList<>();
  final List<ExperimentSpec> submitted = new CopyOnWriteArrayList<>();
  final List<Control> controls = new CopyOnWriteArrayList<>();
  volatile BiFunction<ExperimentSpec, Boolean, SubmitReply> onSubmit =
      (spec, fresh) ->
          new SubmitReply.Accepted(new ExperimentId(spec.name(), fresh ? 2 : 1), false);
  volatile Function<Control, ControlReply> onControl = control -> new ControlReply.Done("so be it");

  /** Questions about workers so far. */
  final AtomicInteger asked = new AtomicInteger();

  /** What every answer waits for. */
  volatile CompletionStage<Void> gate = CompletableFuture.completedFuture(null);

  @Override
  public CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh) {
    submitted.add(spec);
    return gate.thenApply(open -> onSubmit.apply(spec, fresh));
  }

  @Override
  public CompletionStage<List<ExperimentSummary>> list() {
    return gate.thenApply(open -> List.copyOf(summaries));
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    return gate.thenApply(open -> Optional.ofNullable(views.get(experiment)));
  }

  @Override
  public CompletionStage<ControlReply> control(ExperimentId experiment, Control control) {
    controls.add(control);
    return gate.thenApply(
        open ->
            views.containsKey(experiment)
                ? onControl.apply(control)
                : new ControlReply.Unknown(experiment.text()));
  }

  @Override
  public CompletionStage<List<WorkerStatus>> workers() {
    asked.incrementAndGet();
    return gate.thenApply(open -> List.copyOf(workers));
  }
}
