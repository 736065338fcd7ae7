package dev.margrave.bench;

import dev.margrave.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs of an experiment as processes of their own, each with a data directory of its own. */
final class Product {
  private static final long EVERY_MILLISECONDS = 20;

  /**
   * What a run took.
   *
   * @param seconds from the process's start to its end
   * @param processorSeconds of it all
   * @param peakMegabytes resident
   * @param told when each awaited text was first said, in seconds from the start
   */
  record Took(
      double seconds, double processorSeconds, double peakMegabytes, Map<String, Double> told) {

    /** Seconds from the start to that text. */
    double at(String text) {
      if (!told.containsKey(text)) {
        throw new IllegalStateException("the run never said '" + text + "'");
      }
      return told.get(text);
    }
  }

  private final List<String> command;
  private final Map<String, String> environment;

  private Product(List<String> command, Map<String, String> environment) {
    this.command = command;
    this.environment = environment;
  }

  /** As a user starts it. */
  static Product command(Path file, List<String> settings) {
    return of(List.of(Home.directory().resolve("margrave").toString()), file, settings, Map.of());
  }

  /** Without the margrave command, so that nothing is built and the environment can be another. */
  static Product process(Path file, List<String> settings, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(Home.allocator());
    all.put("OMP_NUM_THREADS", "1");
    all.putAll(environment);
    return of(Home.command(Main.class, List.of()), file, settings, all);
  }

  private static Product of(
      List<String> start, Path file, List<String> settings, Map<String, String> environment) {
    List<String> words = new ArrayList<>(start);
    words.addAll(List.of("run", "--no-page", file.toAbsolutePath().toString()));
    settings.forEach(setting -> words.add("--set=" + setting));
    return new Product(words, environment);
  }

  /**
   * Runs.
   *
   * @param awaited texts of its output
   * @param toTheEnd else the process is killed when all of them were said
   */
  Took run(List<String> awaited, boolean toTheEnd) throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("margrave-bench");
    Path said = Files.createTempFile("margrave-bench", ".out");
    try {
      List<String> words = new ArrayList<>(command);
      words.add("--data-dir=" + data);
      ProcessBuilder builder =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile());
      builder.environment().putAll(environment);
      return follow(builder, said, awaited, toTheEnd);
    } finally {
      Files.delete(said);
      delete(data);
    }
  }

  private static Took follow(
      ProcessBuilder builder, Path said, List<String> awaited, boolean toTheEnd)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    Process process = builder.start();
    double peak = 0;
    double busy = 0;
    Map<String, Double> told = new LinkedHashMap<>();
    boolean over = false;
    while (!over) {
      over = !process.isAlive();
      String text = Files.readString(said);
      for (String wanted : awaited) {
        if (text.contains(wanted)) {
          told.putIfAbsent(wanted, (System.nanoTime() - began) / 1e9);
        }
      }
      if (!toTheEnd && told.size() == awaited.size()) {
        process.destroyForcibly().waitFor();
        return new Took((System.nanoTime() - began) / 1e9, busy, peak, told);
      }
      peak = Math.max(peak, Child.peakMegabytes(process.pid()));
      busy =
          process.info().totalCpuDuration().map(duration -> duration.toNanos() / 1e9).orElse(busy);
      if (!over) {
        Thread.sleep(EVERY_MILLISECONDS);
      }
    }
    // 1: a gate is not PASS, which a short training need not reach.
    if (process.exitValue() > 1) {
      throw new IOException(
          "margrave ended with " + process.exitValue() + ":\n" + Files.readString(said));
    }
    return new Took((System.nanoTime() - began) / 1e9, busy, peak, told);
  }

  /** With all that is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
