package dev.margrave.app.page;

import dev.margrave.app.Samples;
import dev.margrave.app.ServedOrchestrator;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.read.Thinning;
import dev.margrave.orchestrator.result.MarginPoint;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The real server over experiments in memory that are all the same, which a test may make as odd as
 * it likes.
 */
final class ShownOrchestrator extends ServedOrchestrator {
  static final ExperimentId DEMO = new ExperimentId("demo", 1);

  private final List<EventRow> events = new ArrayList<>();
  final Map<StageKey, List<MarginRow>> curves = new LinkedHashMap<>();
  final List<WorkerStatus> workers = new CopyOnWriteArrayList<>();
  final List<Control> controls = new CopyOnWriteArrayList<>();
  volatile List<ExperimentId> known = List.of(DEMO);
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

  /** These runs have so many points, one an epoch. */
  void measured(List<StageKey> runs, int points) {
    for (StageKey key : runs) {
      StageKey.ArmRun run = (StageKey.ArmRun) key;
      curves.put(
          run,
          IntStream.rangeClosed(1, points)
              .mapToObj(
                  epoch ->
                      new MarginRow(run, MarginPoint.of(Samples.evaluation(epoch, margin(epoch)))))
              .toList());
    }
    stages = runs.stream().map(run -> running(run, points)).toList();
  }

  /** A run is measured after further epochs, and says so. */
  void measure(StageKey run, int from, int to) {
    for (int epoch = from; epoch <= to; epoch++) {
      String data =
          String.format(
              Locale.ROOT,
              "{\"step\":%d,\"epoch\":%d,\"marginNats\":%f}",
              Samples.evaluation(epoch, 0).step(),
              epoch,
              margin(epoch));
      happen(Optional.of(run), "stage-evaluated", "measured at epoch " + epoch + ".", data);
    }
    stages =
        stages.stream().map(stage -> stage.stage().equals(run) ? running(run, to) : stage).toList();
  }

  private static StageView running(StageKey run, int epoch) {
    return Samples.running(run, 80L * epoch, Optional.of(Samples.evaluation(epoch, margin(epoch))));
  }

  private static double margin(int epoch) {
    return 0.01 * epoch - 0.1;
  }

  @Override
  public CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh) {
    return CompletableFuture.completedFuture(new SubmitReply.Refused("nothing is submitted here"));
  }

  @Override
  public CompletionStage<List<ExperimentSummary>> list() {
    return CompletableFuture.completedFuture(
        known.stream()
            .map(
                one ->
                    new ExperimentSummary(
                        one, status, "shapes", stages.size(), 0, 0, Optional.empty(), AT))
            .toList());
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    return CompletableFuture.completedFuture(
        Optional.of(experiment)
            .filter(known::contains)
            .map(
                one ->
                    new ExperimentView(one, status, problem, stages, List.of(), Optional.empty())));
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
        .filter(curve -> seed.isEmpty() || curve.get(0).stage().seed() == seed.get())
        .flatMap(curve -> Thinning.of(curve, points).stream())
        .toList();
  }

  @Override
  public synchronized long before(ExperimentId experiment, int count) {
    return Math.max(0, events.size() - count);
  }

  @Override
  public synchronized List<EventRow> milestones(ExperimentId experiment, int count) {
    List<EventRow> found =
        events.stream().filter(row -> !row.type().equals("stage-evaluated")).toList();
    return found.subList(Math.max(0, found.size() - count), found.size());
  }

  @Override
  public synchronized List<EventRow> events(ExperimentId experiment, long after, int limit) {
    return events.stream().skip(after).limit(limit).collect(Collectors.toUnmodifiableList());
  }
}
