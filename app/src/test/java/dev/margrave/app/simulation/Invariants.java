package dev.margrave.app.simulation;

import dev.margrave.orchestrator.experiment.ExperimentEvent;
import dev.margrave.orchestrator.stage.SavedWork;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.orchestrator.stage.StageHistory;
import dev.margrave.orchestrator.stage.StageState;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What must hold whatever happens. Looks at what is stored in the journal, at what workers begin
 * and at what they delete; keeps what it finds against the rules.
 */
final class Invariants {
  private final Trace trace;
  private final Predicate<ArtefactRef> isWhole;
  private final Map<String, StageState> stages = new TreeMap<>();
  private final Map<String, Set<Integer>> assigned = new TreeMap<>();
  private final Map<AttemptId, String> begun = new java.util.HashMap<>();
  private final Set<AttemptId> crashed = new HashSet<>();
  private final Set<String> touched = new HashSet<>();
  private final Map<StageKey, StageResult> results =
      new TreeMap<>(java.util.Comparator.comparing(StageKey::text));
  private final List<String> violations = new ArrayList<>();
  private boolean finished;
  private int ends;

  /**
   * @param isWhole whether a file is there as it was written
   */
  Invariants(Trace trace, Predicate<ArtefactRef> isWhole) {
    this.trace = trace;
    this.isWhole = isWhole;
  }

  // ---- faults that excuse something

  /** A fault concerns this worker or the way to it: its attempts may be lost. */
  void touched(String worker) {
    touched.add(worker);
  }

  /** A fault was put into this attempt itself: it may crash. */
  void crashes(AttemptId attempt) {
    crashed.add(attempt);
  }

  void violated(String rule) {
    trace.say("VIOLATED " + rule);
    violations.add(rule);
  }

  List<String> violations() {
    return violations;
  }

  // ---- the journal

  void stored(String persistenceId, Object event) {
    if (event instanceof StageEvent stageEvent) {
      String stage = persistenceId.substring(persistenceId.indexOf('|') + 1);
      trace.say("journal " + stage + " " + words(stageEvent));
      StageState before = stages.getOrDefault(stage, new StageState.Unplanned());
      check(stage, before, stageEvent);
      try {
        stages.put(stage, before.apply(stageEvent));
      } catch (IllegalStateException e) {
        violated(stage + ": " + e.getMessage());
      }
    } else if (event instanceof ExperimentEvent experimentEvent) {
      trace.say("journal experiment " + event.getClass().getSimpleName());
      check(experimentEvent);
    }
  }

  private static String words(StageEvent event) {
    if (event instanceof StageEvent.Assigned begins) {
      return "Assigned " + begins.attempt() + " to " + begins.worker();
    }
    if (event instanceof StageEvent.CheckpointCommitted committed) {
      return "CheckpointCommitted " + committed.checkpoint().artefact().path();
    }
    if (event instanceof StageEvent.AttemptEnded ended) {
      String why = ended.outcome() instanceof Outcome.Failed failed ? failed.toString() : "";
      return "AttemptEnded %d %s %s"
          .formatted(ended.attempt(), ended.outcome().getClass().getSimpleName(), why);
    }
    return event.getClass().getSimpleName();
  }

  private void check(String stage, StageState before, StageEvent event) {
    if (event instanceof StageEvent.Assigned begins) {
      int last = history(before).map(history -> history.tries().attempt()).orElse(0);
      if (begins.attempt() <= last) {
        violated(stage + ": attempt " + begins.attempt() + " follows attempt " + last);
      }
      assigned.computeIfAbsent(stage, key -> new HashSet<>()).add(begins.attempt());
    } else if (event instanceof StageEvent.CheckpointCommitted committed) {
      checkCommit(stage, before, committed.checkpoint());
    } else if (event instanceof StageEvent.CheckpointDropped dropped
        && !torn.contains(dropped.checkpoint().artefact().path())) {
      violated(stage + ": a committed checkpoint was damaged by nobody");
    } else if (event instanceof StageEvent.AttemptEnded ended) {
      checkEnd(stage, before, ended);
    }
  }

  private final Set<String> torn = new HashSet<>();

  /** A fault tears this file. */
  void tears(String path) {
    torn.add(path);
  }

  private void checkCommit(String stage, StageState before, CheckpointRef checkpoint) {
    int current = history(before).map(history -> history.tries().attempt()).orElse(0);
    if (checkpoint.attempt().number() != current
        || !checkpoint.attempt().stage().text().equals(stage)) {
      violated(
          "%s: a checkpoint of %s is committed while attempt %d is current"
              .formatted(stage, checkpoint.attempt(), current));
    }
    long last =
        history(before)
            .map(history -> history.saved().checkpoints())
            .filter(kept -> !kept.isEmpty())
            .map(kept -> kept.get(kept.size() - 1).step())
            .orElse(-1L);
    if (checkpoint.step() <= last) {
      violated(stage + ": step " + checkpoint.step() + " is committed after step " + last);
    }
    if (!isWhole.test(checkpoint.artefact())) {
      violated(checkpoint.artefact().path() + " is committed, but not on disk");
    }
  }

  private void checkEnd(String stage, StageState before, StageEvent.AttemptEnded ended) {
    int current = history(before).map(history -> history.tries().attempt()).orElse(0);
    if (ended.attempt() != current) {
      violated(stage + ": attempt " + ended.attempt() + " ends while " + current + " is current");
    }
    AttemptId attempt = new AttemptId(StageId.parse(stage), ended.attempt());
    if (ended.outcome() instanceof Outcome.Failed failed) {
      String worker = before instanceof StageState.Running running ? running.worker() : "";
      boolean excused =
          switch (failed.kind()) {
            case LOST ->
                !begun.containsKey(attempt) || touched.stream().anyMatch(worker::startsWith);
            case CRASH, RESOURCE -> crashed.contains(attempt);
            case USER, NUMERIC -> false;
          };
      if (!excused) {
        violated(
            "%s was healthy, and ended by %s: %s"
                .formatted(attempt, failed.kind(), failed.message()));
      }
      if (failed.kind() != FailureKind.LOST && ended.last()) {
        violated(stage + " is given up: " + failed.message());
      }
    }
    if (ended.outcome() instanceof Outcome.Completed completed) {
      ends++;
      checkResult(stage, before, completed.result());
    }
  }

  private void checkResult(String stage, StageState before, StageResult result) {
    if (result instanceof ArmTrained arm
        && !history(before)
            .map(StageHistory::saved)
            .map(SavedWork::checkpoints)
            .orElse(List.of())
            .contains(arm.checkpoint())) {
      violated(stage + ": its final checkpoint was never committed");
    }
  }

  private void check(ExperimentEvent event) {
    if (event instanceof ExperimentEvent.StageEnded ended
        && ended.ending().outcome() instanceof Outcome.Completed completed) {
      if (results.put(ended.ending().stage(), completed.result()) != null) {
        violated(ended.ending().stage() + " completed twice");
      }
    }
    if (event instanceof ExperimentEvent.Finished) {
      finished = true;
    } else if (event instanceof ExperimentEvent.StagesReopened) {
      finished = false;
    }
  }

  // ---- workers

  /** A worker begins an attempt. */
  void begins(AttemptId attempt, String worker) {
    if (!assigned.getOrDefault(attempt.stage().text(), Set.of()).contains(attempt.number())) {
      violated(attempt + " begins on " + worker + " and is not in the journal");
    }
    String before = begun.put(attempt, worker);
    if (before != null) {
      violated(attempt + " begins on " + worker + " after " + before);
    }
  }

  /** A worker runs so many attempts at once now. */
  void runs(String worker, int attempts, int slots) {
    if (attempts > slots) {
      violated(worker + " runs " + attempts + " attempts in " + slots + " slots");
    }
  }

  /** A worker is about to delete a file. */
  void deletes(String path) {
    Stream<ArtefactRef> kept =
        stages.values().stream()
            .flatMap(state -> history(state).stream())
            .flatMap(history -> history.saved().checkpoints().stream())
            .map(CheckpointRef::artefact);
    Stream<ArtefactRef> inResults =
        results.values().stream().flatMap(result -> result.artefacts().stream());
    if (Stream.concat(kept, inResults).anyMatch(needed -> needed.path().equals(path))) {
      violated(path + " is deleted and needed");
    }
  }

  // ---- what stands where

  private static Optional<StageHistory> history(StageState state) {
    if (state instanceof StageState.Waiting waiting) {
      return Optional.of(waiting.history());
    }
    if (state instanceof StageState.Running running) {
      return Optional.of(running.history());
    }
    return state instanceof StageState.Over over ? Optional.of(over.history()) : Optional.empty();
  }

  /** Whether the journal says that nothing is left to run. */
  boolean finished() {
    return finished;
  }

  /** Ended exactly once each; the certificates of a fault-free run are needed to say more. */
  Map<String, String> certificates() {
    Map<String, String> all = new TreeMap<>();
    results.forEach((stage, result) -> all.put(stage.text(), certificate(result)));
    return all;
  }

  /** Attempts that completed a stage. */
  int completions() {
    return ends;
  }

  private static String certificate(StageResult result) {
    if (result instanceof TeacherFound teacher) {
      return teacher.teacher().train().sha256() + " " + teacher.trainInformationNats();
    }
    ArmTrained arm = (ArmTrained) result;
    return arm.checkpoint().artefact().sha256()
        + " "
        + Long.toHexString(Double.doubleToLongBits(arm.sampled().marginNats()));
  }

  /** Committed checkpoints of stages that are not over, in a fixed order. */
  List<CheckpointRef> checkpointsInUse() {
    List<CheckpointRef> all = new ArrayList<>();
    for (StageState state : stages.values()) {
      if (!(state instanceof StageState.Over)) {
        history(state).ifPresent(history -> all.addAll(history.saved().checkpoints()));
      }
    }
    return all;
  }

  int currentAttempt(StageId stage) {
    return Optional.ofNullable(stages.get(stage.text()))
        .flatMap(Invariants::history)
        .map(history -> history.tries().attempt())
        .orElse(0);
  }

  /** Stages that have been planned and are not over. */
  List<String> open() {
    return stages.entrySet().stream()
        .filter(entry -> !(entry.getValue() instanceof StageState.Over))
        .map(Map.Entry::getKey)
        .toList();
  }
}
