package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.stage.TrainingInstruments;
import dev.margrave.workers.vae.engine.Nd4jTrainingEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Real arms on 256 images and a teacher that can be learnt. */
final class ArmRig {
  private final Path folder;
  private final ArtefactStore store;

  ArmRig(Path folder) {
    this(folder, new DirectoryArtefactStore(folder, "test"));
  }

  ArmRig(Path folder, ArtefactStore store) {
    this.folder = folder;
    this.store = store;
  }

  /** Keeps what it is told. */
  static final class Told implements StageListener {
    final TreeMap<Long, Evaluation> evaluations = new TreeMap<>();
    final List<RescueGuard> guards = new ArrayList<>();
    Optional<CheckpointRef> checkpoint = Optional.empty();
    int progress;

    @Override
    public void started(long fromStep) {
      assertEquals(checkpoint.map(CheckpointRef::step).orElse(0L), fromStep);
    }

    @Override
    public void progressed(
        String phase, long done, long total, double epoch, double imagesPerSecond) {
      assertTrue(done <= total, done + " of " + total);
      progress++;
    }

    @Override
    public void checkpointDamaged(CheckpointRef damaged) {
      throw new AssertionError(damaged);
    }

    @Override
    public void evaluated(Evaluation evaluation) {
      Evaluation before = evaluations.putIfAbsent(evaluation.step(), evaluation);
      if (before != null) {
        assertEquals(before.sampled(), evaluation.sampled(), "a repeated evaluation differs");
      }
    }

    @Override
    public void guardMeasured(RescueGuard guard) {
      guards.add(guard);
    }

    @Override
    public void checkpointed(CheckpointRef saved, Effort effort) {
      checkpoint = Optional.of(saved);
      assertTrue(effort.seconds() >= effort.trainingSeconds(), effort.toString());
    }
  }

  /**
   * Trains to the end, one attempt after the other.
   *
   * @param rescues ordered when an attempt of that number begins
   */
  ArmTrained train(
      ExperimentSpec spec,
      Arm arm,
      String run,
      Optional<CheckpointRef> startFrom,
      IntFunction<List<RescueOrder>> rescues,
      Supplier<StopRequest> stop,
      Told told) {
    ArmTrainer trainer =
        new ArmTrainer(
            Nd4jTrainingEngine::create, store, System::nanoTime, "test", TrainingInstruments.NONE);
    ImageDataset data =
        Datasets.load(DatasetRequest.all("shapes").sized(256, 128), folder.resolve("none"));
    StageId stage = new StageId(new ExperimentId(run, 1), new ArmRun(arm, 3, 3));
    TeacherRef teacher = new TeacherRef(artefact(), artefact(), 6, 0.01);
    StageSpec stageSpec =
        new StageSpec(
            stage, spec, "hash", Optional.of(teacher), Optional.of(data.contentHash()), startFrom);
    for (int number = 1; ; number++) {
      StageOrder order =
          new StageOrder(
              new AttemptId(stage, number), stageSpec, told.checkpoint, rescues.apply(number));
      ArmTask task =
          new ArmTask(
              order,
              new ArmRun(arm, 3, 3),
              taught(data.train()),
              taught(data.evaluate()),
              data.contentHash());
      StageEnding ending = trainer.run(task, told, stop);
      if (ending.outcome() instanceof Outcome.Completed completed) {
        return (ArmTrained) completed.result();
      }
      assertInstanceOf(Outcome.HandedBack.class, ending.outcome());
    }
  }

  private static ArtefactRef artefact() {
    return new ArtefactRef("teacher.npy", 0, "0");
  }

  /** A teacher that can be learnt: which colour is strongest, softened. */
  private static TaughtSplit taught(ImageSplit split) {
    double[] table = new double[split.size() * 6];
    for (int i = 0; i < split.size(); i++) {
      int kind = split.label(i) % 6;
      for (int k = 0; k < 6; k++) {
        table[i * 6 + k] = k == kind ? 0.75 : 0.05;
      }
    }
    return new TaughtSplit(split, table, 6);
  }
}
