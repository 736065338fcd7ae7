package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.StageKey.TeacherSearch;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.StageSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the supervisors of an experiment's stages are told to do. A cell keeps the spec, and its
 * hash, under which its seed came into the experiment: an extension changes nothing for it, and its
 * checkpoints stay its own.
 */
final class StageOrders {
  private record Version(ExperimentSpec spec, String specHash) {}

  private final ExperimentId experiment;
  private final Map<Long, Version> bySeed = new HashMap<>();
  private final Version first;

  StageOrders(Active state) {
    this.experiment = state.experiment();
    List<SpecVersion> all = new ArrayList<>(state.earlier());
    all.add(new SpecVersion(state.spec().seeds(), state.specHash()));
    for (SpecVersion past : all) {
      var version = new Version(state.spec().withSeeds(past.seeds()), past.specHash());
      past.seeds().forEach(seed -> bySeed.putIfAbsent(seed, version));
    }
    this.first = bySeed.get(all.get(0).seeds().get(0));
  }

  /** The order of a stage whose requirements are among the endings. */
  StageSpec of(StageKey stage, Map<StageKey, StageEnding> endings) {
    Optional<TeacherFound> teacher =
        result(new TeacherSearch(stage.teacherSeed()), endings).map(TeacherFound.class::cast);
    Optional<CheckpointRef> startFrom =
        Plan.startsFrom(stage)
            .flatMap(from -> result(from, endings))
            .map(ArmTrained.class::cast)
            .map(ArmTrained::checkpoint);
    // A fixed teacher belongs to no seed: it was there from the first.
    long seed = stage instanceof ArmRun run ? run.seed() : stage.teacherSeed();
    Version version = bySeed.getOrDefault(seed, first);
    if (stage instanceof TeacherSearch && !first.spec().teacher().teacherSeeds().isEmpty()) {
      version = first;
    }
    return new StageSpec(
        new StageId(experiment, stage),
        version.spec(),
        version.specHash(),
        teacher.map(TeacherFound::teacher),
        teacher.map(TeacherFound::dataHash),
        startFrom);
  }

  private static Optional<StageResult> result(StageKey stage, Map<StageKey, StageEnding> endings) {
    return Optional.ofNullable(endings.get(stage)).flatMap(StageEnding::result);
  }
}
