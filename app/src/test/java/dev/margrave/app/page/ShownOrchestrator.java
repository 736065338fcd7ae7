package dev.margrave.app.page;

import dev.margrave.app.ServedOrchestrator;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.read.Thinning;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The real server over one experiment in memory, which a test may make as odd as it likes. */
final class ShownOrchestrator extends ServedOrchestrator {
  static final ExperimentId DEMO = new ExperimentId("demo", 1);

  private final List<EventRow> events = new ArrayList<>();
  final Map<StageKey, List<MarginRow>> curves = new LinkedHashMap<>();
  final List<WorkerStatus> workers = new CopyOnWriteArrayList<>();
  final List<Control> controls = new CopyOnWriteArrayList<>();
  volatile List<StageView> stages = List.of();
  volatile ExperimentView.Status status = ExperimentView.Status.RUNNING;
  volatile Optional<String> problem = Optional.empty();
  volatile ControlReply reply = new ControlReply.Done("experiment demo is paused");

  ShownOrchestrator(String settings) {
    super(settings);
    open(0);
  }

  synchronized void happen(Optional<StageKey> stage, String type, String message, String json) {
    events.add(new EventRow(events.size() + 1L, AT, stage, type, message, json));
  }

  @Override
  public CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh) {
    return CompletableFuture.completedFuture(new SubmitReply.Refused("nothing is submitted here"));
  }

  @Override
  public CompletionStage<List<ExperimentSummary>> list() {
    return CompletableFuture.completedFuture(
        List.of(
            new ExperimentSummary(
                DEMO, status, "shapes", stages.size(), 0, 0, Optional.empty(), AT)));
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    return CompletableFuture.completedFuture(
        experiment.equals(DEMO)
            ? Optional.of(
                new ExperimentView(DEMO, status, problem, stages, List.of(), Optional.empty()))
            : Optional.empty());
  }

  @Override
  public CompletionStage<ControlReply> control(ExperimentId experiment, Control control) {
    controls.add(control);
    return CompletableFuture.completedFuture(reply);
  }

  @Override
  public CompletionStage<List<WorkerStatus>> workers() {
    return CompletableFuture.completedFuture(workers);
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep) {
    return curves.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep, int points) {
    return curves.values().stream()
        .filter(curve -> arm.isEmpty() || curve.get(0).stage().arm() == arm.get())
        .flatMap(curve -> Thinning.of(curve, points).stream())
        .toList();
  }

  @Override
  public synchronized long before(ExperimentId experiment, int count) {
    return Math.max(0, events.size() - count);
  }

  @Override
  public synchronized List<EventRow> events(ExperimentId experiment, long after, int limit) {
    return events.stream().skip(after).limit(limit).collect(Collectors.toUnmodifiableList());
  }
}
