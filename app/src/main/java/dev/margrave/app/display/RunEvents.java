package dev.margrave.app.display;

import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.StageResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells what changed from one snapshot of an experiment to the next. One thread. */
final class RunEvents {
  private final Map<StageKey, StageView> before = new HashMap<>();
  private final Set<Gate> gates = new HashSet<>();
  private boolean first = true;
  private ExperimentView.Status status = ExperimentView.Status.RUNNING;

  /** What is new in this snapshot, in the order of the stages. */
  List<RunEvent> next(ExperimentView view) {
    List<RunEvent> events = new ArrayList<>();
    if (first) {
      begin(view, events);
    } else {
      for (StageView stage : view.stages()) {
        stage(before.get(stage.stage()), stage, events);
      }
      for (Gate gate : view.gates()) {
        if (!gates.contains(gate)) {
          events.add(new RunEvent(false, Words.gate(gate)));
        }
      }
    }
    if (view.status() == ExperimentView.Status.PAUSED && status != view.status()) {
      events.add(new RunEvent(false, "experiment " + view.experiment() + " is paused"));
    } else if (view.status() == ExperimentView.Status.RUNNING && status != view.status()) {
      events.add(new RunEvent(false, "experiment " + view.experiment() + " goes on"));
    }
    status = view.status();
    first = false;
    view.stages().forEach(stage -> before.put(stage.stage(), stage));
    gates.addAll(view.gates());
    return events;
  }

  private static void begin(ExperimentView view, List<RunEvent> events) {
    long over = view.stages().stream().filter(stage -> stage.status().over()).count();
    String name = "experiment " + view.experiment();
    String stages = Words.plural(view.stages().size(), "stage");
    events.add(
        new RunEvent(
            false,
            over == 0
                ? name + ": " + stages
                : name + " goes on: " + over + " of " + stages + " over"));
    for (StageView stage : view.stages()) {
      if (stage.status() == StageStatus.RUNNING) {
        events.add(started(stage));
      }
    }
  }

  private static void stage(StageView was, StageView is, List<RunEvent> events) {
    boolean changed = was == null || was.status() != is.status();
    boolean anotherTry = was != null && was.attempt() != is.attempt();
    if (is.status() == StageStatus.RUNNING && (changed || anotherTry)) {
      events.add(started(is));
    }
    if (is.guard().isPresent() && (was == null || was.guard().isEmpty())) {
      events.add(new RunEvent(false, is.stage() + ": " + Words.guard(is.guard().get())));
    }
    if (is.evaluation().isPresent() && (was == null || !is.evaluation().equals(was.evaluation()))) {
      events.add(new RunEvent(true, evaluation(is, is.evaluation().get())));
    }
    if (!changed) {
      return;
    }
    switch (is.status()) {
      case COMPLETED ->
          events.add(
              new RunEvent(
                  false,
                  is.stage()
                      + " done"
                      + is.result().map(found -> ": " + result(found)).orElse("")));
      case FAILED -> events.add(new RunEvent(false, is.stage() + " failed: " + is.reason()));
      case BLOCKED -> events.add(new RunEvent(false, is.stage() + " cannot run: " + is.reason()));
      case WAITING -> {
        if (was != null && was.status() == StageStatus.RUNNING && !is.reason().isEmpty()) {
          events.add(new RunEvent(false, is.stage() + " waits: " + is.reason()));
        }
      }
      case PENDING, RUNNING -> {}
    }
  }

  private static RunEvent started(StageView stage) {
    String again = stage.attempt() > 1 ? ", attempt " + stage.attempt() : "";
    return new RunEvent(false, stage.stage() + " started" + again);
  }

  private static String evaluation(StageView stage, Evaluation evaluation) {
    String speed =
        stage
            .progress()
            .filter(progress -> progress.imagesPerSecond() > 0)
            .map(
                progress ->
                    ", " + Numbers.count(Math.round(progress.imagesPerSecond())) + " images/s")
            .orElse("");
    return "%s epoch %s: margin at sampled z %s ± %s, at z = μ %s, KL %s%s"
        .formatted(
            stage.stage(),
            Numbers.fixed(evaluation.epoch(), 2),
            Numbers.signed(evaluation.sampled().marginNats(), 3),
            Numbers.fixed(evaluation.sampled().standardErrorNats(), 3),
            Numbers.signed(evaluation.atMean().marginNats(), 3),
            Numbers.fixed(evaluation.statistics().klNats(), 2),
            speed);
  }

  private static String result(StageResult result) {
    if (result instanceof StageResult.TeacherFound teacher) {
      return "%s; I = %s nats held out"
          .formatted(teacher.winner(), Numbers.fixed(teacher.evaluateInformationNats(), 3));
    }
    StageResult.ArmTrained arm = (StageResult.ArmTrained) result;
    return "%s, margin at sampled z %s ± %s, at z = μ %s"
        .formatted(
            Words.verdict(arm.verdict(), arm.negativeKind()),
            Numbers.signed(arm.sampled().marginNats(), 3),
            Numbers.fixed(arm.sampled().standardErrorNats(), 3),
            Numbers.signed(arm.atMean().marginNats(), 3));
  }
}
