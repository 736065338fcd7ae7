package dev.margrave.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A process that measures itself, and says what it measured in its last line. */
final class Child {
  private Child() {}

  /**
   * Waits for its end.
   *
   * @param environment beside this process's own; an empty value takes a variable away
   * @return the words of its last line
   */
  static List<String> run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> lines = lines(command, environment);
    return List.of(lines.get(lines.size() - 1).trim().split(" +"));
  }

  /** The same; all lines that it said, at least one. */
  static List<String> lines(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path said = Files.createTempFile("margrave-bench", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
      builder.environment().putAll(environment);
      builder.environment().values().removeIf(String::isEmpty);
      int code = builder.start().waitFor();
      List<String> lines = Files.readAllLines(said);
      if (code != 0 || lines.isEmpty()) {
        throw new IOException(
            command.get(command.size() - 1)
                + " ended with "
                + code
                + ": "
                + String.join("\n", lines));
      }
      return lines;
    } finally {
      Files.delete(said);
    }
  }

  /** A line, for who started this process. */
  static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
    System.out.flush();
  }

  /** Processor time of this process so far. */
  static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  /** The most memory that this process has held so far, in MB. */
  static double peakMegabytes() throws IOException {
    return peakMegabytes(ProcessHandle.current().pid());
  }

  /** The most memory that a process has held so far, in MB; 0 when it is over. */
  static double peakMegabytes(long process) throws IOException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
      }
      return 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
