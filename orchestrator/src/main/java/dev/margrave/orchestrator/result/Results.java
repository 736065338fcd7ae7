package dev.margrave.orchestrator.result;

import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.StageKey.TeacherSearch;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Effort;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts together what the stages of an experiment left. Pure. */
public final class Results {
  private Results() {}

  /**
   * The results of an experiment.
   *
   * @param endings of the stages that are over
   * @param blocked stages that never ran, each with the reason
   */
  public static ExperimentResults of(
      ExperimentId experiment,
      ExperimentSpec spec,
      String specHash,
      Map<StageKey, StageEnding> endings,
      Map<StageKey, String> blocked) {
    List<StageKey> stages = inOrder(spec);
    List<TeacherRow> teachers =
        stages.stream()
            .flatMap(
                stage -> stage instanceof TeacherSearch search ? Stream.of(search) : Stream.empty())
            .map(search -> teacherRow(search, endings.get(search)))
            .toList();
    List<ArmRow> arms =
        stages.stream()
            .flatMap(stage -> stage instanceof ArmRun run ? Stream.of(run) : Stream.empty())
            .map(run -> armRow(run, endings.get(run), blocked.get(run)))
            .toList();
    List<Gate> gates =
        stages.stream()
            .flatMap(stage -> gate(spec, stage, endings, blocked).stream())
            .sorted(Comparator.comparing(Gate::kind))
            .toList();
    return new ExperimentResults(
        experiment,
        spec.dataset().name(),
        specHash,
        teachers.stream()
            .flatMap(row -> row.result().stream())
            .map(StageResult.TeacherFound::dataHash)
            .findFirst(),
        GateOutcome.worst(gates.stream().map(Gate::outcome).toList()),
        gates,
        teachers,
        arms,
        spec.arms().stream().distinct().map(arm -> summary(arm, arms)).toList());
  }

  /**
   * The gate of one stage that is over or blocked; empty for a stage of which nothing is expected.
   */
  public static Optional<Gate> gate(
      ExperimentSpec spec,
      StageKey stage,
      Map<StageKey, StageEnding> endings,
      Map<StageKey, String> blocked) {
    if (!(stage instanceof ArmRun run)) {
      return Optional.empty();
    }
    Optional<ArmRow> start =
        run.arm()
            .startsFrom()
            .filter(spec.arms()::contains)
            .map(from -> new ArmRun(from, run.seed(), run.teacherSeed()))
            .map(from -> armRow(from, endings.get(from), blocked.get(from)));
    return Gates.judge(spec, armRow(run, endings.get(run), blocked.get(run)), start);
  }

  /** Teachers first, then cell by cell, within a cell in the order of {@link Arm}. */
  public static List<StageKey> inOrder(ExperimentSpec spec) {
    Map<Long, Integer> seeds = places(spec.seeds());
    Map<Long, Integer> teachers =
        spec.teacher().teacherSeeds().isEmpty() ? seeds : places(spec.teacher().teacherSeeds());
    Comparator<StageKey> byCell =
        Comparator.comparing(stage -> stage instanceof ArmRun run ? seeds.get(run.seed()) : -1);
    return Plan.of(spec).stages().stream()
        .sorted(
            byCell
                .thenComparing(stage -> teachers.get(stage.teacherSeed()))
                .thenComparing(Results::arm, Comparator.nullsFirst(Comparator.naturalOrder())))
        .toList();
  }

  private static Arm arm(StageKey stage) {
    return stage instanceof ArmRun run ? run.arm() : null;
  }

  private static Map<Long, Integer> places(List<Long> seeds) {
    Map<Long, Integer> places = new HashMap<>();
    seeds.forEach(seed -> places.put(seed, places.size()));
    return places;
  }

  private static TeacherRow teacherRow(TeacherSearch search, StageEnding ending) {
    return new TeacherRow(
        search.teacherSeed(),
        result(ending, StageResult.TeacherFound.class),
        failure(ending, null),
        attempts(ending),
        effort(ending));
  }

  private static ArmRow armRow(ArmRun run, StageEnding ending, String blocked) {
    return new ArmRow(
        run.arm(),
        run.seed(),
        run.teacherSeed(),
        result(ending, StageResult.ArmTrained.class),
        failure(ending, blocked),
        attempts(ending),
        effort(ending),
        ending == null ? List.of() : ending.margins(),
        ending == null ? List.of() : ending.resumedAtSteps());
  }

  private static <R extends StageResult> Optional<R> result(StageEnding ending, Class<R> type) {
    return ending == null
        ? Optional.empty()
        : ending.result().filter(type::isInstance).map(type::cast);
  }

  private static Optional<String> failure(StageEnding ending, String blocked) {
    if (ending == null) {
      return Optional.of(Objects.requireNonNullElse(blocked, "it has not ended"));
    }
    return ending.failure();
  }

  private static int attempts(StageEnding ending) {
    return ending == null ? 0 : ending.attempts();
  }

  private static Effort effort(StageEnding ending) {
    return ending == null ? Effort.NONE : ending.effort();
  }

  private static ArmSummary summary(Arm arm, List<ArmRow> rows) {
    List<ArmRow> cells = rows.stream().filter(row -> row.arm() == arm).toList();
    List<StageResult.ArmTrained> results =
        cells.stream().flatMap(row -> row.result().stream()).toList();
    double[] margins =
        results.stream().mapToDouble(result -> result.sampled().marginNats()).toArray();
    double mean = 0;
    double min = Double.NaN;
    for (double margin : margins) {
      mean += margin / margins.length;
      min = Double.isNaN(min) ? margin : Math.min(min, margin);
    }
    double squares = 0;
    for (double margin : margins) {
      squares += (margin - mean) * (margin - mean);
    }
    return new ArmSummary(
        arm,
        cells.size(),
        margins.length,
        (int) results.stream().filter(result -> result.verdict() == Verdict.CERTIFIED).count(),
        margins.length == 0 ? Double.NaN : mean,
        margins.length < 2 ? Double.NaN : Math.sqrt(squares / (margins.length - 1)),
        min);
  }
}
