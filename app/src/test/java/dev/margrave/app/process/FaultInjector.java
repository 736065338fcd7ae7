package dev.margrave.app.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does faults to a cluster. Those that last go on while the next ones begin. */
final class FaultInjector implements AutoCloseable {
  /** Less than any checkpoint. */
  private static final String FULL = "4096";

  /** New ones that show that the cluster goes on. */
  private static final int CHECKPOINTS = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(150);

  private final ClusterProcesses cluster;
  private final long finalStep;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final long began = System.nanoTime();

  /**
   * For a cluster.
   *
   * @param finalStep of the stages that train longest: the checkpoint there is a result, and stays
   *     whole
   */
  FaultInjector(ClusterProcesses cluster, long finalStep) {
    this.cluster = cluster;
    this.finalStep = finalStep;
  }

  /**
   * Begins one, and returns once the next may begin.
   *
   * @return what was done, and when
   */
  String inject(Fault fault) throws Exception {
    double atSeconds = (System.nanoTime() - began) * 1e-9;
    String did = begin(fault);
    if (!fault.overlapped()) {
      awaitProgress();
    }
    TimeUnit.MILLISECONDS.sleep(fault.pauseMs());
    return "%6.1f s  %s %s".formatted(atSeconds, fault, did);
  }

  /**
   * Until more checkpoints are committed, however slow this machine is: what is done to a cluster
   * that is down anyway shows little.
   */
  private void awaitProgress() throws Exception {
    long before = checkpoints();
    ClusterProcesses.await(
        "stages go on",
        PATIENCE,
        () ->
            checkpoints() >= before + CHECKPOINTS
                || cluster.status("chaos").equals(Optional.of("finished")));
  }

  private long checkpoints() throws SQLException, IOException {
    return cluster.journal().stages().values().stream()
        .flatMap(List::stream)
        .filter(entry -> entry.is("stage-checkpoint-committed") || entry.is("stage-attempt-ended"))
        .count();
  }

  private String begin(Fault fault) throws Exception {
    ServiceProcess worker = cluster.worker(fault.target() % cluster.workers().size());
    ServiceProcess orchestrator =
        cluster.orchestrator(fault.target() % cluster.orchestrators().size());
    switch (fault.kind()) {
      case KILL_WORKER -> worker.kill();
      case FREEZE_WORKER, FREEZE_WORKER_BRIEFLY -> freeze(worker, fault.lastsMs());
      case KILL_ORCHESTRATOR -> orchestrator.kill();
      case KILL_ALL_ORCHESTRATORS -> {
        for (ServiceProcess one : cluster.orchestrators()) {
          one.kill();
        }
      }
      case FREEZE_ORCHESTRATOR -> freeze(orchestrator, fault.lastsMs());
      case RESTART_POSTGRES -> {
        cluster.postgres().stop();
        TimeUnit.MILLISECONDS.sleep(fault.lastsMs());
        cluster.postgres().startAgain();
      }
      case CUT_CONNECTIONS -> cluster.postgres().cutConnections(cluster.database());
      case FILL_DISK -> {
        worker.limitFiles(FULL);
        later(fault.lastsMs(), () -> worker.limitFiles("unlimited"));
      }
      case TEAR_CHECKPOINT -> {
        return tear(fault);
      }
    }
    return "";
  }

  private void freeze(ServiceProcess process, long forMs) throws Exception {
    process.freeze();
    later(forMs, process::thaw);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private void later(long afterMs, Step step) {
    var unused =
        later.schedule(
            () -> {
              step.run();
              return null;
            },
            afterMs,
            TimeUnit.MILLISECONDS);
  }

  /** A committed checkpoint from which a running stage would go on, and whose worker has it. */
  private record Tearable(JsonNode checkpoint, ServiceProcess worker) {}

  private String tear(Fault fault) throws Exception {
    Optional<Tearable> found = tearable();
    if (found.isEmpty()) {
      return "nothing to tear";
    }
    Path file =
        cluster.artefacts().resolve(found.get().checkpoint().get("artefact").get("path").asText());
    // Killed first: it would replace the file by a whole one.
    found.get().worker().kill();
    if (!Files.exists(file)) {
      return file.getFileName() + " is not there any more";
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (fault.target() % 2 == 0) {
        channel.truncate(channel.size() / 2);
      } else {
        channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), channel.size() / 2);
      }
    }
    return file.getParent().getFileName() + "/" + file.getFileName();
  }

  private Optional<Tearable> tearable() throws SQLException, IOException {
    for (List<StageJournal.Entry> events : cluster.journal().stages().values()) {
      StageJournal.Standing standing = StageJournal.standing(events);
      Optional<JsonNode> whole =
          standing.checkpoint().filter(one -> one.get("step").asLong() < finalStep);
      if (standing.worker().isPresent() && whole.isPresent()) {
        return Optional.of(new Tearable(whole.get(), cluster.worker(standing.worker().get())));
      }
    }
    return Optional.empty();
  }

  /** Ends all that lasts. */
  @Override
  public void close() {
    later.shutdown();
    try {
      if (!later.awaitTermination(1, TimeUnit.MINUTES)) {
        later.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
