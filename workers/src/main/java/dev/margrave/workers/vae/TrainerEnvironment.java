package dev.margrave.workers.vae;

import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.workers.external.TrainerMessage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an external trainer is told, as environment variables; {@code docs/external-trainer.md}. */
final class TrainerEnvironment {
  private TrainerEnvironment() {}

  /**
   * Of an attempt.
   *
   * @param folder with the arrays; they are written here
   * @param resume this arm's last checkpoint, copied
   * @param start the checkpoint of the arm that this one starts from, copied
   */
  static SortedMap<String, String> of(
      ArmTask task, TrainerFolder folder, Optional<Path> resume, Optional<Path> start) {
    ExperimentSpec experiment = task.experiment();
    ArmSchedule schedule = task.schedule();
    TreeMap<String, String> all = new TreeMap<>();
    all.put("PROTOCOL", Integer.toString(TrainerMessage.PROTOCOL));
    all.put("EXPERIMENT", experiment.name());
    all.put("STAGE", task.attempt().stage().key().text());
    all.put("ATTEMPT", Integer.toString(task.attempt().number()));
    all.put("ARM", task.arm().label());
    all.put("SEED", Long.toString(task.run().seed()));
    all.put("LAMBDA", Double.toString(schedule.lambda()));
    all.put("BETA", Double.toString(experiment.vae().beta()));
    all.put("LATENT", Integer.toString(experiment.vae().latent()));
    all.put("CHANNELS", words(experiment.vae().channels()));
    all.put("LIKELIHOOD", experiment.vae().likelihood().name().toLowerCase(Locale.ROOT));
    all.put("WITNESS", experiment.vae().witness().name().toLowerCase(Locale.ROOT));
    all.put("COMPONENTS", Integer.toString(task.train().components()));
    all.put("SAMPLES", Integer.toString(experiment.alignment().samples()));
    all.put("BATCH", Integer.toString(ArmSchedule.batch(experiment, task.train().size())));
    all.put("LEARNING_RATE", Double.toString(experiment.training().learningRate()));
    all.put(
        "PRECISION",
        experiment
            .training()
            .precision()
            .map(precision -> precision.name().toLowerCase(Locale.ROOT))
            .orElse("float32"));
    all.put("STEPS_PER_EPOCH", Long.toString(schedule.stepsPerEpoch()));
    all.put("TOTAL_STEPS", Long.toString(schedule.totalSteps()));
    all.put(
        "EVALUATE_EVERY",
        Long.toString(experiment.training().evaluateEvery().steps(schedule.stepsPerEpoch())));
    all.put(
        "CHECKPOINT_SECONDS",
        Double.toString(experiment.training().checkpointEvery().toMillis() * 1e-3));
    all.put("KL_TARGET", Double.toString(experiment.collapse().klTargetNats()));
    all.put(
        "DOUBLE_BETA_EVERY",
        Long.toString(experiment.collapse().doubleBetaEvery().steps(schedule.stepsPerEpoch())));
    all.put("MAXIMUM_BETA", Double.toString(experiment.collapse().maximumBeta()));
    all.put("THREADS", Optional.ofNullable(System.getenv("OMP_NUM_THREADS")).orElse("1"));
    all.put("GPUS", Integer.toString(experiment.resources().gpus()));
    all.put("DIRECTORY", folder.path().toString());
    all.put("TRAIN_IMAGES", text(folder.images("train-images.npy", task.train().images())));
    all.put(
        "TRAIN_TEACHER",
        text(folder.table("train-teacher.npy", task.train().teacher(), task.train().components())));
    all.put(
        "EVALUATE_IMAGES", text(folder.images("evaluate-images.npy", task.evaluate().images())));
    resume.ifPresent(path -> all.put("RESUME_FROM", text(path)));
    start.ifPresent(path -> all.put("START_FROM", text(path)));
    return all.entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> "MARGRAVE_" + entry.getKey(),
                Map.Entry::getValue,
                (one, other) -> one,
                TreeMap::new));
  }

  private static String words(List<Integer> numbers) {
    return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  private static String text(Path path) {
    return path.toString();
  }
}
