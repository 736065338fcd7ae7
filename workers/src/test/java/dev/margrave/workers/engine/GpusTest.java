package dev.margrave.workers.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.margrave.protocol.worker.ComputeCapability;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.SoftmaxRegression;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a process does about GPUs before it computes, by a command that speaks like nvidia-smi. */
class GpusTest {
  @TempDir Path folder;

  /** For these GPUs. */
  private record Built(Optional<SupportedGpus> gpus) implements Engine {
    @Override
    public String name() {
      return "nd4j";
    }

    @Override
    public String libraryClass() {
      return "none";
    }

    @Override
    public TrainingEngine trainingEngine(NetworkSpec spec, WitnessStart start, long seed) {
      throw new AssertionError("nothing trains here");
    }

    @Override
    public StreamedProducts products(int maxRows, int inner, int outer) {
      throw new AssertionError("nothing is multiplied here");
    }

    @Override
    public SoftmaxRegression softmaxRegression(
        float[] rows, int features, float[] targets, int classes) {
      throw new AssertionError("nothing is fitted here");
    }
  }

  private static final Engine CPU = new Built(Optional.empty());
  private static final Engine CUDA =
      new Built(
          Optional.of(
              new SupportedGpus(
                  new ComputeCapability(3, 7),
                  new ComputeCapability(8, 9),
                  "start this worker with --engine libtorch")));

  private Map<String, String> driver(String script) throws IOException {
    Path command = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    return Map.of("PATH", "/nowhere:" + folder);
  }

  private static String refused(Engine engine, int wanted, Map<String, String> environment) {
    return assertThrows(IllegalArgumentException.class, () -> Gpus.of(engine, wanted, environment))
        .getMessage();
  }

  @Test
  void theOldestOfThoseThatAreThereIsTold() throws IOException {
    Map<String, String> driver =
        driver("echo '0, GPU-aa1, NVIDIA A40, 8.6'; echo '1, GPU-ab2, NVIDIA L4, 8.9'");
    assertEquals(new Gpus(2, "8.6"), Gpus.of(CUDA, 2, driver));
    assertEquals(new Gpus(2, "8.6"), Gpus.of(CUDA, 0, driver));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|1|8.9",
        "0,1|2|8.6",
        "GPU-ab|1|8.9",
        "1,GPU-aa1|2|8.6",
        "''|0|''",
        "-1|0|''",
        "1,7,0|1|8.9",
        "GPU-x|0|''",
        " 1 |1|8.9"
      })
  void onlyThoseThatCudaShowsCount(String devices, int count, String oldest) throws IOException {
    Map<String, String> environment =
        new HashMap<>(
            driver("echo '0, GPU-aa1, NVIDIA A40, 8.6'; echo '1, GPU-ab2, NVIDIA L4, 8.9'"));
    environment.put("CUDA_VISIBLE_DEVICES", devices);
    assertEquals(new Gpus(count, oldest), Gpus.of(CUDA, 0, environment));
  }

  @Test
  void trainersBringTheirOwnKernels() throws IOException {
    Map<String, String> driver = driver("echo '0, GPU-c3, NVIDIA H200, 9.0'");
    assertEquals(new Gpus(1, "9.0"), Gpus.ofTrainers(1, driver));
    assertEquals(Gpus.NONE, Gpus.ofTrainers(0, Map.of("PATH", "/nowhere")));
    assertEquals(
        "margrave.worker.gpus is 2, and the driver tells of 1; lower it, or give this process more",
        assertThrows(IllegalArgumentException.class, () -> Gpus.ofTrainers(2, driver))
            .getMessage());
  }

  @Test
  void oneWithoutKernelsIsRefusedInASentence() throws IOException {
    Map<String, String> driver = driver("echo '0, GPU-c3, NVIDIA H200, 9.0'");
    String sentence =
        "NVIDIA H200 has compute capability 9.0, and nd4j has kernels for 3.7 to 8.9; start this"
            + " worker with --engine libtorch";
    assertEquals(sentence, refused(CUDA, 1, driver));
    assertEquals(sentence, refused(CUDA, 0, driver), "it would take it without being asked");
    assertEquals(
        "Tesla M2090 has compute capability 2.0, and nd4j has kernels for 3.7 to 8.9; start this"
            + " worker with --engine libtorch",
        refused(CUDA, 1, driver("echo '0, GPU-c3, Tesla M2090, 2.0'")));
  }

  @Test
  void nothingTrainsOnTheCpuInSilence() throws IOException {
    assertEquals(
        "margrave.worker.gpus is 1, and no GPU answers: the driver's command nvidia-smi is not on"
            + " the PATH; install NVIDIA's driver, or set it to 0",
        refused(CUDA, 1, Map.of("PATH", "/nowhere")));
    assertEquals(
        "margrave.worker.gpus is 1, and no GPU answers: "
            + folder.resolve("nvidia-smi")
            + " answered: No devices were found; install NVIDIA's driver, or set it to 0",
        refused(CUDA, 1, driver("echo 'No devices were found'; exit 6")));
    assertEquals(
        "margrave.worker.gpus is 3, and the driver tells of 1; lower it, or give this process more",
        refused(CUDA, 3, driver("echo '0, GPU-c3, NVIDIA A40, 8.6'")));
    assertEquals(
        "margrave.worker.gpus is 1, and this build of nd4j trains on CPUs; build it for GPUs"
            + " (docs/gpu.md), or set it to 0",
        refused(CPU, 1, driver("echo '0, GPU-c3, NVIDIA A40, 8.6'")));
  }

  @Test
  void withoutAWishAndWithoutADriverItIsACpuNode() throws IOException {
    assertEquals(Gpus.NONE, Gpus.of(CUDA, 0, Map.of()));
    assertEquals(Gpus.NONE, Gpus.of(CPU, 0, driver("echo '0, GPU-c3, NVIDIA H200, 9.0'")));
    assertEquals(Gpus.NONE, Gpus.of(CUDA, 0, driver("exit 6")));
  }
}
