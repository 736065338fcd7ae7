package dev.margrave.workers.engine;

import dev.margrave.metrics.NvidiaSmi;
import dev.margrave.protocol.worker.ComputeCapability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The GPUs of this machine, as their driver tells of them before any kernel runs.
 *
 * @param computeCapability of the oldest; empty where there is none
 */
public record Gpus(int count, String computeCapability) {
  /** No GPU. */
  public static final Gpus NONE = new Gpus(0, "");

  /** Of a process that was given none. */
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

  private static final String VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES";

  /** Fields of an answer. */
  private static final int INDEX = 0;

  private static final int UUID = 1;
  private static final int NAME = 2;
  private static final int CAPABILITY = 3;

  private record Gpu(String name, ComputeCapability capability) {}

  /**
   * Looks whether the engine can train on what is there.
   *
   * @param wanted by the settings; 0: none is needed
   * @param environment whose {@code PATH} has the driver's command
   * @return what is there for the engine
   * @throws IllegalArgumentException with the mend, when what is wanted is not there, or the engine
   *     would fail on what is
   */
  public static Gpus of(Engine engine, int wanted, Map<String, String> environment) {
    Optional<SupportedGpus> supported = engine.gpus();
    if (supported.isEmpty()) {
      if (wanted > 0) {
        throw new IllegalArgumentException(
            "margrave.worker.gpus is %d, and this build of %s trains on CPUs; build it for GPUs"
                    .formatted(wanted, engine.name())
                + " (docs/gpu.md), or set it to 0");
      }
      return NONE;
    }
    List<Gpu> gpus = read(wanted, environment);
    for (Gpu gpu : gpus) {
      if (!supported.get().include(gpu.capability())) {
        throw new IllegalArgumentException(
            "%s has compute capability %s, and %s has kernels for %s to %s; %s"
                .formatted(
                    gpu.name(),
                    gpu.capability(),
                    engine.name(),
                    supported.get().least(),
                    supported.get().most(),
                    supported.get().otherwise()));
      }
    }
    return of(gpus, wanted);
  }

  /**
   * Looks what is there for external trainers, whose kernels are their own affair.
   *
   * @param wanted by the settings; 0: none is needed
   * @param environment as for the engine's
   * @throws IllegalArgumentException with the mend, when what is wanted is not there
   */
  public static Gpus ofTrainers(int wanted, Map<String, String> environment) {
    return of(read(wanted, environment), wanted);
  }

  private static Gpus of(List<Gpu> gpus, int wanted) {
    if (gpus.size() < wanted) {
      throw new IllegalArgumentException(
          "margrave.worker.gpus is %d, and the driver tells of %d; lower it, or give this process more"
              .formatted(wanted, gpus.size()));
    }
    return gpus.stream()
        .map(Gpu::capability)
        .min(Comparator.naturalOrder())
        .map(oldest -> new Gpus(gpus.size(), oldest.toString()))
        .orElse(NONE);
  }

  /** Nothing where no driver answers, unless GPUs are wanted. */
  private static List<Gpu> read(int wanted, Map<String, String> environment) {
    try {
      Optional<NvidiaSmi> command = NvidiaSmi.find(environment.getOrDefault("PATH", USUAL_PATH));
      if (command.isEmpty()) {
        throw new IOException("the driver's command nvidia-smi is not on the PATH");
      }
      return visible(
              command.get().ask("index,uuid,name,compute_cap"),
              Optional.ofNullable(environment.get(VISIBLE_DEVICES)))
          .stream()
          .flatMap(Gpus::gpu)
          .toList();
    } catch (IOException e) {
      if (wanted > 0) {
        throw new IllegalArgumentException(
            "margrave.worker.gpus is %d, and no GPU answers: %s; install NVIDIA's driver, or set it to 0"
                .formatted(wanted, e.getMessage()),
            e);
      }
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /**
   * Those that CUDA shows to this process: numbers or beginnings of UUIDs, up to the first that is
   * neither, as its programming guide says.
   */
  private static List<List<String>> visible(List<List<String>> gpus, Optional<String> devices) {
    if (devices.isEmpty()) {
      return gpus;
    }
    List<List<String>> visible = new ArrayList<>();
    for (String device : devices.get().split(",", -1)) {
      String name = device.strip();
      Optional<List<String>> gpu =
          gpus.stream()
              .filter(one -> one.get(INDEX).equals(name) || isUuid(one.get(UUID), name))
              .findFirst();
      if (gpu.isEmpty()) {
        break;
      }
      visible.add(gpu.get());
    }
    return visible;
  }

  private static boolean isUuid(String uuid, String beginning) {
    return beginning.startsWith("GPU-") && uuid.startsWith(beginning);
  }

  private static Stream<Gpu> gpu(List<String> fields) {
    return ComputeCapability.parse(fields.get(CAPABILITY)).stream()
        .map(capability -> new Gpu(fields.get(NAME), capability));
  }
}
