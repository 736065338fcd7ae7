package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.Results;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.worker.StageSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What follows from an experiment's state: which stages can run, which never will, what is left.
 * Computed once and then carried along, so that the end of one of ten thousand stages costs no more
 * than that of one of ten. Belongs to one actor.
 */
final class Course {
  private final Plan plan;
  private final StageOrders orders;
  private final Map<StageKey, StageEnding> endings = new HashMap<>();
  private final Map<StageKey, Integer> forgetBefore = new HashMap<>();
  private final Map<StageKey, Integer> missing = new HashMap<>();
  private final Map<StageKey, String> blocked;
  private final NavigableSet<StageKey> ready;
  private final NavigableSet<StageKey> closing;
  private int open;
  private int completed;
  private Optional<ExperimentResults> results = Optional.empty();

  /** All of it anew. */
  static Course of(Active state) {
    return new Course(state);
  }

  private Course(Active state) {
    this.plan = Plan.of(state.spec());
    this.orders = new StageOrders(state);
    this.ready = new TreeSet<>(Comparator.comparingInt(plan::rank));
    this.closing = new TreeSet<>(Comparator.comparingInt(plan::rank));
    closing.addAll(state.closing());
    state.forgotten().forEach(this::forget);
    Map<StageKey, Plan.Fate> fates = new HashMap<>();
    for (StageEnding ending : state.endings()) {
      endings.put(ending.stage(), ending);
      fates.put(ending.stage(), ending.completed() ? Plan.Fate.COMPLETED : Plan.Fate.FAILED);
      completed += ending.completed() ? 1 : 0;
    }
    for (StageKey stage : plan.stages()) {
      missing.put(
          stage,
          (int)
              plan.requirements(stage).stream()
                  .filter(need -> fates.get(need) != Plan.Fate.COMPLETED)
                  .count());
    }
    Plan.Next next = plan.next(fates);
    this.blocked = new LinkedHashMap<>(next.blocked());
    ready.addAll(next.ready());
    ready.removeAll(closing);
    this.open = plan.stages().size() - endings.size() - blocked.size();
  }

  private void forget(StageEnding ending) {
    forgetBefore.merge(ending.stage(), ending.attempts() + 1, Math::max);
  }

  Plan plan() {
    return plan;
  }

  /** Stages that may run now, the most urgent first; those that run already included. */
  NavigableSet<StageKey> ready() {
    return Collections.unmodifiableNavigableSet(ready);
  }

  /** Stages whose supervisors have to hear that they were cancelled, the most urgent first. */
  NavigableSet<StageKey> closing() {
    return Collections.unmodifiableNavigableSet(closing);
  }

  /** How a stage ended; empty when it is not over. */
  Optional<StageEnding> ending(StageKey stage) {
    return Optional.ofNullable(endings.get(stage));
  }

  /** Why a stage will never run; empty when it will, or has. */
  Optional<String> blocked(StageKey stage) {
    return Optional.ofNullable(blocked.get(stage));
  }

  /** Whether a stage was neither ended nor blocked. */
  boolean open(StageKey stage) {
    return !endings.containsKey(stage) && !blocked.containsKey(stage);
  }

  /** Ends of a stage after fewer attempts than this are forgotten; 0 when none is. */
  int forgetBefore(StageKey stage) {
    return forgetBefore.getOrDefault(stage, 0);
  }

  /** Stages with a result. */
  int completed() {
    return completed;
  }

  /** Stages that are over without one. */
  int failed() {
    return endings.size() - completed;
  }

  /** What a ready stage's supervisor is told. */
  StageSpec order(StageKey stage) {
    return orders.of(stage, endings);
  }

  /** Whether nothing is left to run. */
  boolean finished() {
    return open == 0 && closing.isEmpty();
  }

  /** Whether a stage's end is not known yet. */
  boolean isNews(StageEnding ending) {
    StageKey stage = ending.stage();
    if (!plan.has(stage)) {
      return false;
    }
    boolean young = ending.attempts() >= forgetBefore(stage);
    if (closing.contains(stage)) {
      return young || ending.completed() || ending.cancelled();
    }
    return !endings.containsKey(stage) && (young || ending.completed());
  }

  /** Whether the stage completed before it heard that it was cancelled. */
  boolean overtakes(StageEnding ending) {
    return ending.completed() && closing.contains(ending.stage());
  }

  /** Whether nothing is left to run after an end that does not {@link #overtakes overtake}. */
  boolean finishedBy(StageEnding ending) {
    StageKey stage = ending.stage();
    boolean known = endings.containsKey(stage);
    if (closing.contains(stage)) {
      return known && open == 0 && closing.size() == 1;
    }
    int blocks = ending.completed() ? 0 : freshlyBlocked(stage).size();
    return closing.isEmpty() && open == 1 + blocks;
  }

  private List<StageKey> freshlyBlocked(StageKey failed) {
    return plan.dependents(failed).stream().filter(this::open).toList();
  }

  /**
   * Takes an end that is news and does not {@link #overtakes overtake}.
   *
   * @return the stages that stand differently now
   */
  List<StageKey> ended(StageEnding ending) {
    StageKey stage = ending.stage();
    List<StageKey> moved = new ArrayList<>(List.of(stage));
    if (closing.remove(stage)) {
      if (endings.containsKey(stage)) {
        endings.put(stage, ending);
      } else {
        forget(ending);
        readyIfNothingIsMissing(stage);
      }
      return moved;
    }
    endings.put(stage, ending);
    ready.remove(stage);
    open--;
    if (ending.completed()) {
      completed++;
      for (StageKey dependent : plan.directDependents(stage)) {
        missing.merge(dependent, -1, Integer::sum);
        readyIfNothingIsMissing(dependent);
        moved.add(dependent);
      }
    } else {
      for (StageKey dependent : freshlyBlocked(stage)) {
        blocked.put(dependent, "needs " + stage + ", which failed");
        open--;
        moved.add(dependent);
      }
    }
    return moved;
  }

  private void readyIfNothingIsMissing(StageKey stage) {
    if (open(stage) && missing.get(stage) == 0 && !closing.contains(stage)) {
      ready.add(stage);
    }
  }

  /** The gate of a stage that is over or blocked; empty for others, and where there is none. */
  Optional<Gate> gate(StageKey stage, Active state) {
    return open(stage) ? Optional.empty() : Results.gate(state.spec(), stage, endings, blocked);
  }

  /** What the experiment found, as far as it came. */
  ExperimentResults results(Active state) {
    return Results.of(state.experiment(), state.spec(), state.specHash(), endings, blocked);
  }

  /** {@link #results} once nothing is left to run; kept. */
  Optional<ExperimentResults> finalResults(Active state) {
    if (state.finished() && results.isEmpty()) {
      results = Optional.of(results(state));
    }
    return results;
  }
}
