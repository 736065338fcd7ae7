package dev.margrave.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the benchmark that the first argument names, with the others. */
public final class Bench {
  /** A benchmark: measures, and says what it measured. */
  @FunctionalInterface
  interface Benchmark {
    /** Runs it with its arguments, each {@code name=value}. */
    void run(List<String> arguments) throws Exception;
  }

  /** By name; {@code page} and {@code recovery} are started by {@code bench/run} itself. */
  static final Map<String, Benchmark> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("allocator", Allocator::run),
              Map.entry("certificate", CertificateSpeed::run),
              Map.entry("checkpoint", Checkpoint::run),
              Map.entry("empty-stages", EmptyStages::run),
              Map.entry("growth-certificate", GrowthCertificate::run),
              Map.entry("growth-stages", GrowthStages::run),
              Map.entry("journal", JournalRates::run),
              Map.entry("journal-recovery", JournalRecovery::run),
              Map.entry("scrape", Scrape::run),
              Map.entry("stages", Stages::run),
              Map.entry("start-up", StartUp::run),
              Map.entry("teacher-search", TeacherSearchBenchmark::run),
              Map.entry("training-step", TrainingStep::run)));

  private Bench() {}

  /** Ends with 2 when there is none of that name. */
  public static void main(String[] arguments) throws Exception {
    List<String> all = Arrays.asList(arguments);
    Benchmark benchmark = all.isEmpty() ? null : ALL.get(all.get(0));
    if (benchmark == null) {
      System.err.println(
          "bench: name one of: " + String.join(", ", ALL.keySet()) + ", page, recovery");
      System.exit(2);
    }
    benchmark.run(all.subList(1, all.size()));
    System.exit(0);
  }

  /** A whole number among the arguments, as {@code name=3}. */
  static int number(List<String> arguments, String name, int otherwise) {
    return arguments.stream()
        .filter(argument -> argument.startsWith(name + "="))
        .map(argument -> Integer.parseInt(argument.substring(name.length() + 1)))
        .findFirst()
        .orElse(otherwise);
  }

  static void say(String format, Object... values) {
    Child.say(format, values);
  }
}
