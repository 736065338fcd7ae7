package dev.margrave.workers.metrics;

import com.typesafe.config.Config;
import dev.margrave.metrics.GpuMemory;
import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.MetricsServer;
import dev.margrave.metrics.MetricsSettings;
import dev.margrave.workers.stage.TrainingInstruments;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a worker measures, and where it offers that: by a small HTTP server of its own, which
 * answers probes too, in a process of its own, by its orchestrator's in a process that it shares.
 */
public final class WorkerMetrics implements AutoCloseable {
  private static final String SECTION = "margrave.worker.metrics";
  private static final int LARGEST_PORT = 65_535;
  private static final int OFF = -1;

  private final TrainingInstruments training;
  private final Optional<MetricsRegistry> registry;
  private final Optional<MetricsServer> server;
  private final Optional<GpuMemory> gpus;

  private WorkerMetrics(
      TrainingInstruments training,
      Optional<MetricsRegistry> registry,
      Optional<MetricsServer> server,
      Optional<GpuMemory> gpus) {
    this.training = training;
    this.registry = registry;
    this.server = server;
    this.gpus = gpus;
  }

  /**
   * Of a worker in a process of its own, as {@code margrave.worker.metrics} says.
   *
   * @param version of Margrave
   * @param environment of the process, for its {@code PATH}
   * @param unready why the process is not ready now, in a sentence without the final dot; empty: it
   *     is
   * @throws IllegalArgumentException naming a setting that is of no use
   */
  public static WorkerMetrics start(
      Config root,
      String worker,
      String version,
      Map<String, String> environment,
      Supplier<Optional<String>> unready,
      Clock clock) {
    int port = root.getInt(SECTION + ".port");
    if (port < OFF || port > LARGEST_PORT) {
      throw new IllegalArgumentException(
          "%s.port is %d; -1 for none, 0 for any that is free, or 1 to 65535 is wanted"
              .formatted(SECTION, port));
    }
    Duration gpuEvery = gpuEvery(root);
    if (port == OFF) {
      return new WorkerMetrics(
          TrainingInstruments.NONE, Optional.empty(), Optional.empty(), Optional.empty());
    }
    MetricsRegistry registry = new MetricsRegistry(MetricsSettings.of(root), clock);
    MetricsServer server =
        MetricsServer.start(SECTION, root.getString(SECTION + ".host"), port, registry, unready);
    registry.describeProcess(version);
    return new WorkerMetrics(
        new TrainingMeters(registry, worker, true),
        Optional.of(registry),
        Optional.of(server),
        gpus(gpuEvery, worker, environment, registry));
  }

  /**
   * Of a worker that shares its process, and its registry, with an orchestrator.
   *
   * @param gpuEvery see {@link #gpuEvery}
   * @param environment of the process, for its {@code PATH}
   */
  public static WorkerMetrics within(
      MetricsRegistry registry, Duration gpuEvery, String worker, Map<String, String> environment) {
    return new WorkerMetrics(
        new TrainingMeters(registry, worker, false),
        Optional.empty(),
        Optional.empty(),
        gpus(gpuEvery, worker, environment, registry));
  }

  private static Optional<GpuMemory> gpus(
      Duration every, String worker, Map<String, String> environment, MetricsRegistry registry) {
    return GpuMemory.start(environment.getOrDefault("PATH", ""), worker, every, registry);
  }

  /**
   * Between two looks at the memory of GPUs, as {@code margrave.worker.metrics.gpu-every} says.
   *
   * @throws IllegalArgumentException when it is not positive
   */
  public static Duration gpuEvery(Config root) {
    Duration every = root.getDuration(SECTION + ".gpu-every");
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException(
          "%s.gpu-every is %s; more than 0 is wanted, as 10 s".formatted(SECTION, every));
    }
    return every;
  }

  /** For the jobs. */
  public TrainingInstruments training() {
    return training;
  }

  /** Where they can be read; empty: nowhere, or by the orchestrator. */
  public Optional<String> url() {
    return server.map(MetricsServer::url);
  }

  @Override
  public void close() {
    server.ifPresent(MetricsServer::close);
    gpus.ifPresent(GpuMemory::close);
    registry.ifPresent(MetricsRegistry::close);
  }
}
