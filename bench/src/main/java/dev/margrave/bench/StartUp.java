package dev.margrave.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whole processes: {@code start-up [rounds=5] [quickstarts=3] [stages=3] [train=10000]
 * [evaluate=5000] [epochs=3] [command=1]}. From starting the margrave command to the first training
 * step of the quickstart (its first measurement is told the moment before it); the quickstart's
 * whole time; and a stage that is measured each epoch beside one that is not. With {@code
 * command=0} the product is started without the command, which builds it.
 */
final class StartUp {
  private static final String FIRST_STEP = " epoch 0.00";

  private static final String STARTED = "full-0 started";
  private static final String DONE = "full-0 done";

  private StartUp() {}

  static void run(List<String> arguments) throws Exception {
    Path home = Home.directory();
    Path quickstart = home.resolve("config/experiments/quickstart.conf");
    boolean command = Bench.number(arguments, "command", 1) == 1;
    if (command) {
      // Builds, where something has changed.
      Child.run(List.of(home.resolve("margrave").toString(), "--version"), Map.of());
    }
    new Comparison("from the command to the first training step", "s")
        .add(
            "quickstart",
            () ->
                product(command, quickstart, List.of())
                    .run(List.of(FIRST_STEP), false)
                    .at(FIRST_STEP))
        .run(Bench.number(arguments, "rounds", 5));
    int quickstarts = Bench.number(arguments, "quickstarts", 3);
    if (quickstarts > 0) {
      new Comparison("the whole quickstart", "s")
          .add(
              "quickstart",
              () -> product(command, quickstart, List.of()).run(List.of(), true).seconds())
          .run(quickstarts);
    }
    evaluations(arguments, command, quickstart);
  }

  /** The sizes of config/experiments/cifar100-small.conf, on images that are generated. */
  private static void evaluations(List<String> arguments, boolean command, Path quickstart)
      throws Exception {
    int stages = Bench.number(arguments, "stages", 3);
    if (stages == 0) {
      return;
    }
    int epochs = Bench.number(arguments, "epochs", 3);
    List<String> settings =
        List.of(
            "dataset.train=" + Bench.number(arguments, "train", 10_000),
            "dataset.evaluate=" + Bench.number(arguments, "evaluate", 5_000),
            "vae.latent=128",
            "vae.channels=[32,64,128]",
            "training.batch=128",
            "training.learning-rate=1e-3",
            "training.checkpoint-every=30 s",
            "training.epochs=" + epochs,
            "arms=[full]");
    new Comparison("a stage of " + epochs + " epochs", "s")
        .add("evaluations off", () -> stage(command, quickstart, settings, epochs))
        .add("evaluations on", () -> stage(command, quickstart, settings, 1))
        .run(stages);
  }

  private static double stage(boolean command, Path file, List<String> settings, int every)
      throws Exception {
    List<String> all = new ArrayList<>(settings);
    all.add("training.evaluate-every=" + every + (every == 1 ? " epoch" : " epochs"));
    Product.Took took = product(command, file, all).run(List.of(STARTED, DONE), true);
    return took.at(DONE) - took.at(STARTED);
  }

  private static Product product(boolean command, Path file, List<String> settings) {
    return command ? Product.command(file, settings) : Product.process(file, settings, Map.of());
  }
}
