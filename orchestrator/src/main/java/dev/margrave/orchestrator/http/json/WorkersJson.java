package dev.margrave.orchestrator.http.json;

import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.protocol.StageId;
import java.util.List;

/** The workers that are registered, by name. */
public record WorkersJson(List<WorkerJson> workers) {
  public WorkersJson {
    workers = List.copyOf(workers);
  }

  /**
   * One worker.
   *
   * @param state {@code free}, {@code busy}, {@code excluded} or {@code unreachable}
   * @param reason why it is excluded; empty otherwise
   * @param computeCapability of its oldest GPU; empty without one
   * @param running {@code experiment/stage} for each slot in use
   */
  public record WorkerJson(
      String worker,
      String address,
      String state,
      String reason,
      String engine,
      int slots,
      int gpus,
      String computeCapability,
      long memoryBytes,
      List<String> running) {
    public WorkerJson {
      running = List.copyOf(running);
    }
  }

  /** Of what the scheduler says. */
  public static WorkersJson of(List<WorkerStatus> workers) {
    return new WorkersJson(workers.stream().map(WorkersJson::worker).toList());
  }

  private static WorkerJson worker(WorkerStatus status) {
    return new WorkerJson(
        status.worker(),
        status.address(),
        status.state(),
        status.reason(),
        status.engine(),
        status.slots(),
        status.gpus(),
        status.computeCapability(),
        status.memoryBytes(),
        status.running().stream().map(StageId::text).toList());
  }
}
