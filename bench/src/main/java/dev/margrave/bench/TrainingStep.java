package dev.margrave.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Images per second of the median step, peak memory, and images per second of processor time, of
 * whole processes: {@code training-step [rounds=5] [warm=60] [steps=200] [threads=2]}. The product
 * beside the same network, losses and optimiser in DJL's PyTorch engine, from the same weights and
 * first batches; the losses of the first three steps are compared, so that the work is the same
 * work.
 */
final class TrainingStep {
  /** Losses of the same step by two engines differ by their rounding only. */
  private static final double SAME = 1e-3;

  private static final int SHARED_BATCHES = 8;
  private static final String DJL = "dev.margrave.bench.djl.DjlSteps";

  /** A process that trains, and what each round's said. */
  record Trainer(List<String> command, Map<String, String> environment, List<Steps> told) {
    Trainer(List<String> command, Map<String, String> environment) {
      this(command, environment, new ArrayList<>());
    }

    /** Runs it once. */
    Steps train() throws Exception {
      Steps steps = Steps.of(Child.run(command, environment));
      told.add(steps);
      return steps;
    }
  }

  /**
   * What a process says in its last line.
   *
   * @param losses of the first steps
   */
  record Steps(
      double imagesPerSecond,
      double peakMegabytes,
      double imagesPerProcessorSecond,
      List<Double> losses) {
    static Steps of(List<String> words) {
      List<Double> numbers = words.stream().map(Double::valueOf).toList();
      return new Steps(
          numbers.get(0), numbers.get(1), numbers.get(2), numbers.subList(3, numbers.size()));
    }
  }

  private TrainingStep() {}

  static void run(List<String> arguments) throws Exception {
    int warm = Bench.number(arguments, "warm", 60);
    int steps = Bench.number(arguments, "steps", 200);
    int threads = Bench.number(arguments, "threads", 2);
    Map<String, String> plain = Map.of("OMP_NUM_THREADS", String.valueOf(threads));
    Map<String, String> launcher = new HashMap<>(Home.allocator());
    launcher.putAll(plain);
    Path shared = Files.createTempFile("margrave-bench", ".reference");
    try {
      ReferenceNet.write(shared, SHARED_BATCHES);
      Map<String, Trainer> trainers = new LinkedHashMap<>();
      for (String layout : List.of("nhwc", "nchw")) {
        List<String> words =
            List.of(shared.toString(), String.valueOf(warm), String.valueOf(steps), layout);
        trainers.put("djl-" + layout, new Trainer(Home.djl(DJL, threads, words), plain));
      }
      trainers.put("nd4j", new Trainer(EngineSteps.command("nd4j", warm, steps), launcher));
      Map<String, String> unpinned = new HashMap<>(launcher);
      unpinned.put("OPENBLAS_CORETYPE", "");
      trainers.put("libtorch", new Trainer(EngineSteps.command("libtorch", warm, steps), unpinned));
      compare(
          "training steps on " + threads + " threads",
          trainers,
          Bench.number(arguments, "rounds", 5));
    } finally {
      Files.delete(shared);
    }
  }

  /** In alternating rounds; all must compute the same losses. */
  static void compare(String what, Map<String, Trainer> trainers, int rounds) throws Exception {
    Comparison speed = new Comparison(what, "images/s");
    trainers.forEach((name, trainer) -> speed.add(name, () -> trainer.train().imagesPerSecond()));
    speed.run(rounds);
    Comparison memory = new Comparison("peak resident memory", "MB");
    Comparison busy = new Comparison(what, "images per second of processor time");
    trainers.forEach(
        (name, trainer) -> {
          Iterator<Steps> again = trainer.told().iterator();
          memory.add(name, () -> again.next().peakMegabytes());
          Iterator<Steps> oncemore = trainer.told().iterator();
          busy.add(name, () -> oncemore.next().imagesPerProcessorSecond());
        });
    memory.run(rounds);
    busy.run(rounds);
    List<Double> expected = trainers.values().iterator().next().told().get(0).losses();
    Bench.say("losses of the first steps: %s", expected);
    for (Map.Entry<String, Trainer> trainer : trainers.entrySet()) {
      for (Steps told : trainer.getValue().told()) {
        requireSame(trainer.getKey(), told.losses(), expected);
      }
    }
  }

  private static void requireSame(String name, List<Double> losses, List<Double> expected) {
    double[] ratios = new double[losses.size()];
    Arrays.setAll(ratios, step -> losses.get(step) / expected.get(step));
    if (Arrays.stream(ratios).anyMatch(ratio -> Math.abs(ratio - 1) > SAME)) {
      throw new IllegalStateException(
          "%s computes another step: its losses are %s, not %s".formatted(name, losses, expected));
    }
  }
}
