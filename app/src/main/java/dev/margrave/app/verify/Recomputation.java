package dev.margrave.app.verify;

import dev.margrave.app.UserException;
import dev.margrave.app.report.RunDirectory;
import dev.margrave.certificate.npy.NpyArray;
import dev.margrave.certificate.npy.NpyFormatException;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.workers.data.DataException;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.engine.Engines;
import dev.margrave.workers.job.DatasetCache;
import dev.margrave.workers.stage.RefusedStageException;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.vae.ArmReplay;
import dev.margrave.workers.vae.ArmSchedule;
import dev.margrave.workers.vae.ArmTask;
import dev.margrave.workers.vae.CheckpointFile;
import dev.margrave.workers.vae.TaughtSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures every arm anew from its final checkpoint and the data, and compares with what is
 * recorded. The folder has been verified before: its files agree with each other, but could all
 * have been made up; the weights and the images cannot be made to agree with the witness tables.
 * The teacher's tables are taken as they are: no image enters them here.
 */
final class Recomputation {
  private final RunDirectory directory;
  private final ExperimentSpec spec;
  private final ExperimentResults results;
  private final Consumer<String> progress;
  private final Closeness closeness = new Closeness();

  Recomputation(
      RunDirectory directory,
      ExperimentSpec spec,
      ExperimentResults results,
      Consumer<String> progress) {
    this.directory = directory;
    this.spec = spec;
    this.results = results;
    this.progress = progress;
  }

  /** How near the numbers are, in words. */
  String closeness() {
    return closeness.words();
  }

  /**
   * What is asked for cannot be done with another's.
   *
   * @throws UserException when an external trainer wrote the checkpoints
   */
  static void requireOwnEngine(ExperimentSpec spec) {
    if (spec.trainer().isPresent()) {
      throw UserException.badInput(
          "--recompute measures final checkpoints anew, and those of this run can be read by its trainer.command alone; verify without --recompute, which computes every certificate from the tables");
    }
  }

  /**
   * What is asked for cannot be done without them.
   *
   * @throws UserException when a final checkpoint is not there
   */
  static void requireCheckpoints(RunDirectory directory, ExperimentResults results) {
    for (ArmRow row : results.arms()) {
      row.result()
          .map(trained -> directory.file(trained.checkpoint().artefact()))
          .filter(file -> !Files.isRegularFile(file))
          .ifPresent(
              file -> {
                throw UserException.badInput(
                    "--recompute needs the final checkpoint of %s, and %s is not there; copy it back"
                        .formatted(stage(row).text(), file));
              });
    }
  }

  /**
   * Measures and compares.
   *
   * @param dataDirectory whose data sets are looked at when the spec has no path
   * @return arms that were measured
   * @throws MismatchException naming the first thing that differs
   * @throws UserException when the data set is not there
   */
  int check(Path dataDirectory) throws IOException {
    List<ArmRow> rows = results.arms().stream().filter(row -> row.result().isPresent()).toList();
    if (rows.isEmpty()) {
      return 0;
    }
    progress.accept("reading the data set " + spec.dataset().name());
    ImageDataset data = load(dataDirectory);
    RunVerifier.same("the data's SHA-256", data.contentHash(), results.dataHash().orElse("none"));
    for (int i = 0; i < rows.size(); i++) {
      ArmRow row = rows.get(i);
      String place = "%s (%d of %d): ".formatted(stage(row).text(), i + 1, rows.size());
      arm(row, row.result().orElseThrow(), data, phase -> progress.accept(place + phase));
    }
    return rows.size();
  }

  private ImageDataset load(Path dataDirectory) {
    try {
      return new DatasetCache(dataDirectory).get(spec.dataset());
    } catch (DataException e) {
      throw UserException.badInput(
          "--recompute needs the run's data set. %s; say where it is with --data PATH, or verify without --recompute"
              .formatted(e.getMessage()),
          e);
    }
  }

  private void arm(ArmRow row, ArmTrained recorded, ImageDataset data, Consumer<String> phase)
      throws IOException {
    String name = stage(row).text();
    TeacherRef teacher = teacher(row, name);
    ArmTask task;
    ArmReplay.Remeasured anew;
    try {
      task = task(row, recorded, teacher, data);
      anew =
          ArmReplay.measure(
              task,
              CheckpointFile.read(directory.file(recorded.checkpoint().artefact())).engine(),
              Engines.here()::trainingEngine,
              phase);
    } catch (IllegalArgumentException | NpyFormatException | RefusedStageException e) {
      throw new MismatchException(
          name + ", its checkpoint and tables do not fit the spec: " + e.getMessage(), e);
    }
    if (!new ArmSchedule(row.arm(), spec, task.train().size())
        .isOver(recorded.checkpoint().step(), recorded.statistics().klNats())) {
      throw new MismatchException(
          "%s: its checkpoint of step %d is not its last"
              .formatted(name, recorded.checkpoint().step()));
    }
    new ArmComparison(name, closeness, task.evaluate().size(), teacher.components())
        .check(
            anew,
            recorded,
            NpyArray.map(directory.file(recorded.witnessSampled())).toArray(),
            NpyArray.map(directory.file(recorded.witnessAtMean())).toArray());
  }

  private ArmTask task(ArmRow row, ArmTrained recorded, TeacherRef teacher, ImageDataset data)
      throws IOException {
    StageSpec stage =
        new StageSpec(
            recorded.checkpoint().attempt().stage(),
            spec,
            recorded.provenance().specHash(),
            Optional.of(teacher),
            results.dataHash(),
            recorded.startedFrom());
    return new ArmTask(
        new StageOrder(recorded.checkpoint().attempt(), stage, Optional.of(recorded.checkpoint())),
        stage(row),
        taught(data.train(), teacher.train(), teacher.components()),
        taught(data.evaluate(), teacher.evaluate(), teacher.components()),
        data.contentHash());
  }

  private TaughtSplit taught(ImageSplit images, ArtefactRef table, int components)
      throws IOException {
    return new TaughtSplit(images, NpyArray.map(directory.file(table)).toArray(), components);
  }

  private TeacherRef teacher(ArmRow row, String name) {
    return results.teachers().stream()
        .filter(teacher -> teacher.teacherSeed() == row.teacherSeed())
        .flatMap(teacher -> teacher.result().stream())
        .map(found -> found.teacher())
        .findFirst()
        .orElseThrow(() -> new MismatchException(name + " has a result, but its teacher has none"));
  }

  private static StageKey.ArmRun stage(ArmRow row) {
    return new StageKey.ArmRun(row.arm(), row.seed(), row.teacherSeed());
  }
}
