package dev.margrave.bench;

import dev.margrave.libtorch.LibtorchTrainingEngine;
import dev.margrave.workers.vae.BatchFeed;
import dev.margrave.workers.vae.engine.Nd4jTrainingEngine;
import dev.margrave.workers.vae.engine.StepLosses;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Trains the reference network in one of the product's engines, batches included, as a process of
 * its own: {@code EngineSteps ENGINE WARM STEPS}. Its last line is images per second of the median
 * step, peak resident MB, and the loss of the first three steps.
 */
final class EngineSteps {
  private static final double LEARNING_RATE = 1e-3;
  private static final int TOLD = 3;

  private EngineSteps() {}

  public static void main(String[] arguments) throws Exception {
    int warm = Integer.parseInt(arguments[1]);
    int steps = Integer.parseInt(arguments[2]);
    BatchFeed feed = ReferenceNet.feed();
    try (TrainingEngine engine = ReferenceNet.engine(factory(arguments[0]))) {
      StringBuilder losses = new StringBuilder();
      for (int step = 0; step < warm; step++) {
        StepLosses taken = engine.step(feed.at(step), 1, 1, LEARNING_RATE);
        if (step < TOLD) {
          losses.append(String.format(Locale.ROOT, " %.4f", taken.totalNats(1, 1)));
        }
      }
      double busy = Child.processorSeconds();
      double[] seconds = new double[steps];
      for (int step = 0; step < steps; step++) {
        long began = System.nanoTime();
        engine.step(feed.at(warm + step), 1, 1, LEARNING_RATE);
        seconds[step] = (System.nanoTime() - began) / 1e9;
      }
      busy = Child.processorSeconds() - busy;
      Arrays.sort(seconds);
      Child.say("%s", engine.info());
      Child.say(
          "%.1f %.1f %.1f%s",
          ReferenceNet.BATCH / Comparison.median(seconds),
          Child.peakMegabytes(),
          steps * ReferenceNet.BATCH / busy,
          losses);
    }
  }

  /** Of that name. */
  static TrainingEngine.Factory factory(String engine) {
    return switch (engine) {
      case "nd4j" -> Nd4jTrainingEngine::create;
      case "libtorch" -> LibtorchTrainingEngine::create;
      default -> throw new IllegalArgumentException("no engine " + engine);
    };
  }

  /** The process's command. */
  static List<String> command(String engine, int warm, int steps) {
    return Home.engine(
        engine, EngineSteps.class, List.of(engine, String.valueOf(warm), String.valueOf(steps)));
  }
}
