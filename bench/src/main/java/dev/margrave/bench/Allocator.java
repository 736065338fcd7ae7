package dev.margrave.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the C library's memory settings cost and save: {@code allocator [rounds=3] [warm=30]
 * [steps=100] [quickstarts=3]}. Training steps on one thread, and the whole quickstart.
 */
final class Allocator {
  private Allocator() {}

  static void run(List<String> arguments) throws Exception {
    Map<String, Map<String, String>> settings = new LinkedHashMap<>();
    settings.put("1M", Map.of("MALLOC_MMAP_THRESHOLD_", "1048576"));
    settings.put("32M", Map.of("MALLOC_MMAP_THRESHOLD_", "33554432"));
    settings.put(
        "32M-trim-256M",
        Map.of("MALLOC_MMAP_THRESHOLD_", "33554432", "MALLOC_TRIM_THRESHOLD_", "268435456"));
    int warm = Bench.number(arguments, "warm", 30);
    int steps = Bench.number(arguments, "steps", 100);
    Map<String, TrainingStep.Trainer> trainers = new LinkedHashMap<>();
    settings.forEach(
        (name, environment) -> {
          Map<String, String> all = new HashMap<>(environment);
          all.put("MALLOC_ARENA_MAX", "2");
          all.put("OMP_NUM_THREADS", "1");
          trainers.put(
              name, new TrainingStep.Trainer(EngineSteps.command("nd4j", warm, steps), all));
        });
    TrainingStep.compare(
        "training steps on one thread", trainers, Bench.number(arguments, "rounds", 3));
    int quickstarts = Bench.number(arguments, "quickstarts", 3);
    if (quickstarts > 0) {
      quickstart(settings, quickstarts);
    }
  }

  private static void quickstart(Map<String, Map<String, String>> settings, int rounds)
      throws Exception {
    Comparison busy = new Comparison("quickstart", "processor seconds");
    Comparison seconds = new Comparison("quickstart", "s");
    Comparison memory = new Comparison("quickstart, peak resident memory", "MB");
    settings.forEach(
        (name, environment) -> {
          List<Product.Took> took = new ArrayList<>();
          busy.add(
              name,
              () -> {
                took.add(
                    Product.process(
                            Home.directory().resolve("config/experiments/quickstart.conf"),
                            List.of(),
                            environment)
                        .run(List.of(), true));
                return took.get(took.size() - 1).processorSeconds();
              });
          Cursor cursor = new Cursor(took);
          seconds.add(name, () -> cursor.next().seconds());
          Cursor again = new Cursor(took);
          memory.add(name, () -> again.next().peakMegabytes());
        });
    busy.run(rounds);
    seconds.run(rounds);
    memory.run(rounds);
  }

  /** Through a list that is filled before it is read. */
  private static final class Cursor {
    private final List<Product.Took> all;
    private int at;

    Cursor(List<Product.Took> all) {
      this.all = all;
    }

    Product.Took next() {
      return all.get(at++);
    }
  }
}
