package dev.margrave.orchestrator.plan;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.StageKey.TeacherSearch;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.TeacherSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The stage graph of an experiment, and what to start next: a pure function of the spec and of what
 * is over.
 *
 * <pre>
 *   teacher ─┬─ full ─── drift
 *            ├─ ablation ─┬─ rescue
 *            │            └─ collapse ─── rescue-from-collapse
 *            └─ baseline-*
 * </pre>
 *
 * One such graph per seed; with fixed teachers one per pair of seed and teacher, whose teacher
 * search is shared.
 */
public final class Plan {
  private final ExperimentSpec spec;
  private final List<StageKey> stages;
  private final Map<StageKey, Integer> ranks = new HashMap<>();
  private final Map<StageKey, List<StageKey>> requirements = new LinkedHashMap<>();
  private final Map<StageKey, List<StageKey>> dependents = new HashMap<>();

  private Plan(ExperimentSpec spec) {
    this.spec = spec;
    List<StageKey> natural = naturalOrder();
    Map<StageKey, Long> remaining = remainingEpochs(natural);
    this.stages =
        natural.stream()
            .sorted(
                Comparator.comparing(
                    (StageKey stage) -> remaining.get(stage), Comparator.reverseOrder()))
            .toList();
    for (StageKey stage : stages) {
      ranks.put(stage, ranks.size());
      requirements
          .get(stage)
          .forEach(need -> dependents.computeIfAbsent(need, key -> new ArrayList<>()).add(stage));
    }
  }

  /**
   * The graph of an experiment.
   *
   * @throws IllegalArgumentException when an arm starts from one that is not among the arms
   */
  public static Plan of(ExperimentSpec spec) {
    return new Plan(spec);
  }

  /** How a stage that is over ended. */
  public enum Fate {
    COMPLETED,
    FAILED
  }

  /**
   * What is to be done.
   *
   * @param ready stages that may run now, the most urgent first; those that run already included
   * @param blocked stages that never will, each with the reason
   * @param finished whether nothing is left to run
   */
  public record Next(List<StageKey> ready, Map<StageKey, String> blocked, boolean finished) {}

  /**
   * All stages, the most urgent first: by the epochs on the longest chain that waits for a stage,
   * itself included, so that the critical path is never held up by what could have waited.
   */
  public List<StageKey> stages() {
    return stages;
  }

  /** Whether the stage is one of this graph. */
  public boolean has(StageKey stage) {
    return ranks.containsKey(stage);
  }

  /** A stage's place in {@link #stages}. */
  public int rank(StageKey stage) {
    return ranks.get(stage);
  }

  /** The stages that need this one, directly or through others, nearest first. */
  public Set<StageKey> dependents(StageKey stage) {
    Set<StageKey> found = new LinkedHashSet<>();
    Deque<StageKey> further = new ArrayDeque<>(directDependents(stage));
    while (!further.isEmpty()) {
      StageKey next = further.remove();
      if (found.add(next)) {
        further.addAll(directDependents(next));
      }
    }
    return found;
  }

  /** The stages that name this one among their requirements. */
  public List<StageKey> directDependents(StageKey stage) {
    return dependents.getOrDefault(stage, List.of());
  }

  /** The stages that must be completed before this one. */
  public List<StageKey> requirements(StageKey stage) {
    return requirements.get(stage);
  }

  /** The stage whose final checkpoint this one starts from. */
  public static Optional<StageKey> startsFrom(StageKey stage) {
    if (stage instanceof ArmRun run) {
      return run.arm().startsFrom().map(arm -> new ArmRun(arm, run.seed(), run.teacherSeed()));
    }
    return Optional.empty();
  }

  /**
   * What to do after these stages are over.
   *
   * @throws IllegalArgumentException when one of them is not in the graph
   */
  public Next next(Map<StageKey, Fate> over) {
    for (StageKey stage : over.keySet()) {
      if (!requirements.containsKey(stage)) {
        throw new IllegalArgumentException(
            "stage " + stage + " is not one of experiment " + spec.name());
      }
    }
    List<StageKey> ready = new ArrayList<>();
    Map<StageKey, String> blocked = new LinkedHashMap<>();
    boolean finished = true;
    for (StageKey stage : stages) {
      if (over.containsKey(stage)) {
        continue;
      }
      Optional<StageKey> failed = failedAncestor(stage, over);
      if (failed.isPresent()) {
        blocked.put(stage, "needs " + failed.get() + ", which failed");
        continue;
      }
      finished = false;
      if (requirements.get(stage).stream().allMatch(need -> over.get(need) == Fate.COMPLETED)) {
        ready.add(stage);
      }
    }
    return new Next(List.copyOf(ready), blocked, finished);
  }

  private Optional<StageKey> failedAncestor(StageKey stage, Map<StageKey, Fate> over) {
    for (StageKey need : requirements.get(stage)) {
      if (over.get(need) == Fate.FAILED) {
        return Optional.of(need);
      }
      Optional<StageKey> further = failedAncestor(need, over);
      if (further.isPresent()) {
        return further;
      }
    }
    return Optional.empty();
  }

  private List<StageKey> naturalOrder() {
    boolean fixed = spec.teacher().mode() == TeacherSpec.Mode.FIXED;
    List<Long> teacherSeeds = fixed ? spec.teacher().teacherSeeds() : spec.seeds();
    for (long teacherSeed : teacherSeeds) {
      requirements.put(new TeacherSearch(teacherSeed), List.of());
    }
    for (long seed : spec.seeds()) {
      for (long teacherSeed : fixed ? teacherSeeds : List.of(seed)) {
        addCell(seed, teacherSeed);
      }
    }
    return List.copyOf(requirements.keySet());
  }

  private void addCell(long seed, long teacherSeed) {
    EnumSet<Arm> arms = EnumSet.noneOf(Arm.class);
    arms.addAll(spec.arms());
    for (Arm arm : arms) {
      List<StageKey> needs = new ArrayList<>();
      needs.add(new TeacherSearch(teacherSeed));
      arm.startsFrom()
          .ifPresent(
              from -> {
                if (!arms.contains(from)) {
                  throw new IllegalArgumentException(
                      "arm "
                          + arm.label()
                          + " starts from "
                          + from.label()
                          + ", which is not among the arms; add it to experiment.arms");
                }
                needs.add(new ArmRun(from, seed, teacherSeed));
              });
      requirements.put(new ArmRun(arm, seed, teacherSeed), List.copyOf(needs));
    }
  }

  /** By going back from the ends: natural order has every stage after those it needs. */
  private Map<StageKey, Long> remainingEpochs(List<StageKey> natural) {
    Map<StageKey, Long> remaining = new HashMap<>();
    List<StageKey> backwards = new ArrayList<>(natural);
    Collections.reverse(backwards);
    for (StageKey stage : backwards) {
      long sum = remaining.merge(stage, epochs(stage), Long::sum);
      for (StageKey need : requirements.get(stage)) {
        // What waits for a stage, before its own epochs are added.
        remaining.merge(need, sum, Math::max);
      }
    }
    return remaining;
  }

  private long epochs(StageKey stage) {
    if (stage instanceof ArmRun run) {
      return run.arm() == Arm.COLLAPSE
          ? spec.collapse().maximumEpochs()
          : spec.training().epochs(run.arm());
    }
    return 1;
  }
}
