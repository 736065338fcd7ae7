package dev.margrave.workers.engine;

import dev.margrave.metrics.NvidiaSmi;
import dev.margrave.protocol.worker.ComputeCapability;
import java.io.IOException;
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
      Optional<NvidiaSmi> command = NvidiaSmi.find(environment.getOrDefault("PATH", ""));
      if (command.isEmpty()) {
        throw new IOException("the driver's command nvidia-smi is not on the PATH");
      }
      return command.get().ask("name,compute_cap").stream().flatMap(Gpus::gpu).toList();
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

  private static Stream<Gpu> gpu(List<String> fields) {
    return ComputeCapability.parse(fields.get(1)).stream()
        .map(capability -> new Gpu(fields.get(0), capability));
  }
}
