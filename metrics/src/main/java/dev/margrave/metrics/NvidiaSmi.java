package dev.margrave.metrics;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The command {@code nvidia-smi}, which asks the driver of NVIDIA's GPUs. */
public final class NvidiaSmi {
  private static final String COMMAND = "nvidia-smi";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path command;

  private NvidiaSmi(Path command) {
    this.command = command;
  }

  /**
   * Finds it.
   *
   * @param path folders to look for the command in, as the environment's {@code PATH}
   */
  public static Optional<NvidiaSmi> find(String path) {
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, COMMAND))
        .filter(Files::isExecutable)
        .findFirst()
        .map(NvidiaSmi::new);
  }

  /**
   * What it says of each GPU.
   *
   * @param fields as {@code index,memory.used}
   * @return a line for each GPU, of as many fields, without units
   * @throws IOException naming the command and what it said, or that it said nothing in time
   */
  public List<List<String>> ask(String fields) throws IOException, InterruptedException {
    int count = fields.split(",", -1).length;
    return answer(fields)
        .lines()
        .map(line -> Arrays.stream(line.split(",", -1)).map(String::strip).toList())
        .filter(line -> line.size() == count)
        .toList();
  }

  private String answer(String fields) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                command.toString(), "--query-gpu=" + fields, "--format=csv,noheader,nounits")
            .redirectErrorStream(true)
            .start();
    try {
      // Its answer is a few lines: it fits into the pipe.
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command + " did not answer within " + PATIENCE.toSeconds() + " s");
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(command + " answered: " + said.strip());
      }
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
