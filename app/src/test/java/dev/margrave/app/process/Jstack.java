package dev.margrave.app.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What another JVM's threads do, for messages about one that does not end. */
final class Jstack {
  private Jstack() {}

  /** Those that are in Margrave's own code, or wait for a lock. */
  static String of(long pid) throws IOException, InterruptedException {
    Process jstack =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                Long.toString(pid))
            .redirectErrorStream(true)
            .start();
    String said = new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jstack.waitFor();
    return Arrays.stream(said.split("\n\n"))
        .filter(thread -> thread.contains("dev.margrave") || thread.contains("BLOCKED"))
        .collect(Collectors.joining("\n\n", "\nthreads of " + pid + ":\n", "\n"));
  }
}
